import { expect } from "chai";
import { destinationOf } from "../../../src/effects/http/destination.js";
import { readHosts } from "../../../src/effects/opened-hosts.js";

const hostile: Record<string, string> = {
  loopback: "http://127.0.0.1/",
  "loopback elsewhere in its range": "http://127.8.9.1/",
  "loopback as one decimal": "http://2130706433/",
  "loopback as one hex number": "http://0x7f000001/",
  "loopback in hex parts": "http://0x7f.0x0.0x0.0x1/",
  "loopback in octal": "http://0177.0.0.1/",
  "loopback, mixed": "http://0x7f.1/",
  "loopback, short": "http://127.1/",
  "loopback in full-width digits": "http://１２７.０.０.１/",
  "loopback with an ideographic full stop": "http://127。0。0。1/",
  "loopback percent-encoded": "http://127%2e0%2e0%2e1/",
  "loopback with a dot at the end": "http://127.0.0.1./",
  "this host": "http://0.0.0.0/",
  "this host, short": "http://0/",
  "IPv6 loopback": "http://[::1]/",
  "IPv6 unspecified": "http://[::]/",
  "IPv4-mapped loopback": "http://[::ffff:127.0.0.1]/",
  "IPv4-mapped loopback in hex": "http://[::ffff:7f00:1]/",
  "IPv4-compatible loopback": "http://[::127.0.0.1]/",
  "NAT64 loopback": "http://[64:ff9b::7f00:1]/",
  "local NAT64": "http://[64:ff9b:1::a00:1]/",
  "6to4 of a private address": "http://[2002:a00:1::]/",
  "unique local": "http://[fd00::1]/",
  "IPv6 link-local": "http://[fe80::1]/",
  "IPv6 site-local": "http://[fec0::1]/",
  "private 10": "http://10.1.2.3/",
  "private 172.16": "http://172.16.0.1/",
  "private 192.168": "http://192.168.1.1/",
  "carrier-grade NAT": "http://100.64.0.1/",
  "link-local metadata": "http://169.254.169.254/latest/meta-data/",
  "metadata as one decimal": "http://2852039166/",
  "metadata of Azure": "http://168.63.129.16/",
  "metadata of Alibaba": "http://100.100.100.200/",
  "metadata over IPv6": "http://[fd00:ec2::254]/",
  multicast: "http://224.0.0.1/",
  "IPv6 multicast": "http://[ff02::1]/",
  broadcast: "http://255.255.255.255/",
  "documentation range": "http://192.0.2.1/",
  localhost: "http://localhost/",
  "below localhost": "http://a.localhost/",
  "a bare name": "http://intranet/",
  "metadata by name": "http://metadata.google.internal/",
  "user-info": "http://example.com@127.0.0.1/",
  "user-info to a good host": "http://user:secret@example.com/",
  "a backslash before the real host": "http://example.com\\@127.0.0.1/",
  "a line break in the host": "http://exam\nple.com/",
  "a tab in the scheme": "ht\ttp://example.com/",
  "a header after the address": "http://example.com/ HTTP/1.1\r\nX: y",
  "no slashes": "http:example.com",
  "three slashes": "http:///example.com/",
  file: "file:///etc/passwd",
  gopher: "gopher://example.com:80/",
  data: "data:text/plain,hello",
  ftp: "ftp://example.com/",
  script: "javascript:alert(1)",
  "the port of SSH": "http://example.com:22/",
  "the port of Redis": "http://example.com:6379/",
  nothing: "",
  "no host": "https://",
};

describe("destinations", () => {
  for (const [what, url] of Object.entries(hostile))
    it(`refuses ${what}`, () => expect(destinationOf(url, [])).to.equal(null));

  it("lets public names and addresses through on the usual ports", () => {
    for (const url of [
      "https://api.example.com/v1?x=1",
      "http://example.com:8080",
      "https://93.184.216.34:8443/",
      "HTTPS://Example.COM./a",
    ])
      expect(destinationOf(url, []), url).to.include({ opened: false });
  });

  it("opens a named host and port, and no other port of it", () => {
    const opened = readHosts(["127.0.0.1:4000", "[::1]:8080"], "MILLRACE_ALLOW_HOSTS");
    expect(destinationOf("http://127.0.0.1:4000/x", opened)).to.include({ opened: true, port: 4000 });
    expect(destinationOf("http://[::1]:8080/x", opened)).to.include({ opened: true });
    expect(destinationOf("http://127.0.0.1:4001/x", opened)).to.equal(null);
  });

  it("opens what is below a name, not the name itself nor one that only ends alike", () => {
    const opened = readHosts(["*.erp.internal"], "MILLRACE_ALLOW_HOSTS");
    expect(destinationOf("http://a.erp.internal:9000/", opened)).to.include({ opened: true });
    expect(destinationOf("http://erp.internal/", opened)).to.equal(null);
    expect(destinationOf("http://evil-erp.internal/", opened)).to.equal(null);
  });

  it("names the entry that is no host", () => {
    for (const entry of ["*", "http://a.example", "a b", "a:99999", "a/b", "u@h"])
      expect(() => readHosts(["ok.example", entry], "MILLRACE_ALLOW_HOSTS"), entry).to.throw(
        `"${entry}" is not a host`,
      );
  });
});
