import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { BODY_LIMIT, type GuardedClientOptions, guardedClient } from "../../../src/effects/http/guarded-client.js";
import { readHosts } from "../../../src/effects/opened-hosts.js";
import { expiredCertificate } from "../../support/expired-certificate.js";
import { type Loopback, loopback } from "../../support/loopback.js";

describe("the guarded client", () => {
  const servers: Loopback[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  const serve = async (answer: RequestListener) => {
    const server = await loopback(answer);
    servers.push(server);
    return server;
  };
  const call = (url: string, more: Partial<GuardedClientOptions> = {}, signal = new AbortController().signal) =>
    guardedClient({ opened: [], timeoutMs: 300, ...more }).request({ method: "GET", url, headers: {}, signal });
  const openedCall = (server: Loopback, path = "/") =>
    call(server.url + path, { opened: readHosts([server.host], "MILLRACE_ALLOW_HOSTS") });
  const blocked = {
    ok: false,
    code: "blocked_destination",
    message: "This address may not be called.",
    retryable: false,
  };

  it("reaches an opened host", async () => {
    const server = await serve((_request, response) => response.setHeader("X-A", "1").end("hello"));
    const answer = await openedCall(server);
    expect(answer).to.deep.include({ ok: true, status: 200, truncated: false, body: Buffer.from("hello") });
  });

  it("refuses the same host when nobody opened it, and never connects", async () => {
    const server = await serve((_request, response) => response.end());
    expect(await call(server.url)).to.deep.equal(blocked);
    expect(server.received).to.have.length(0);
  });

  it("refuses a name that resolves to the inside, also when only one of its addresses does", async () => {
    for (const addresses of [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:169.254.169.254"], []])
      expect(
        await call("http://innocent.example/", { resolve: async () => addresses }),
        String(addresses),
      ).to.deep.equal(blocked);
  });

  it("looks a name up once, and connects to what it checked", async () => {
    const server = await serve((request, response) => response.end(request.headers.host));
    const port = new URL(server.url).port;
    const answers = [["127.0.0.1"], ["10.0.0.1"]];
    const answer = await call(`http://erp.example:${port}/`, {
      opened: readHosts([`erp.example:${port}`], "MILLRACE_ALLOW_HOSTS"),
      resolve: async () => answers.shift() ?? [],
    });
    expect(answer).to.deep.include({ ok: true, body: Buffer.from(`erp.example:${port}`) });
    expect(answers).to.have.length(1);
  });

  it("keeps an opened name from the addresses where clouds hand out credentials", async () => {
    const opened = readHosts(["*.example.com"], "MILLRACE_ALLOW_HOSTS");
    expect(await call("http://a.example.com/", { opened, resolve: async () => ["169.254.169.254"] })).to.deep.equal(
      blocked,
    );
  });

  it("does not follow a redirect", async () => {
    const inside = await serve((_request, response) => response.end("secret"));
    const server = await serve((_request, response) => response.writeHead(302, { Location: inside.url }).end());
    expect(await openedCall(server)).to.deep.include({ ok: true, status: 302 });
    expect(inside.received).to.have.length(0);
  });

  it("uses no proxy of the environment", async () => {
    const proxy = await serve((_request, response) => response.end("proxied"));
    const server = await serve((_request, response) => response.end("direct"));
    process.env["http_proxy"] = proxy.url;
    try {
      expect(await openedCall(server)).to.deep.include({ body: Buffer.from("direct") });
    } finally {
      delete process.env["http_proxy"];
    }
  });

  for (const [where, answer] of Object.entries<RequestListener>({
    "before the headers": () => {},
    "in the body": (_request, response) => response.writeHead(200).write("half"),
    dripping: (_request, response) => {
      const drip = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(drip));
    },
  }))
    it(`gives up on a server hanging ${where}, in the time of the whole call`, async () => {
      const began = performance.now();
      expect(await openedCall(await serve(answer))).to.include({ ok: false, code: "timeout", retryable: true });
      expect(performance.now() - began).to.be.within(250, 900);
    });

  it("gives up on a server hanging in the handshake", async () => {
    const mute = createServer(() => {}).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const host = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const answer = await call(`https://${host}/`, { opened: readHosts([host], "MILLRACE_ALLOW_HOSTS") });
    mute.close();
    expect(answer).to.include({ ok: false, code: "timeout" });
  });

  it("refuses an expired certificate, for good", async () => {
    const server = createSecureServer(expiredCertificate, (_request, response) => response.end("x")).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const port = (server.address() as AddressInfo).port;
    const opened = readHosts([`erp.example:${port}`], "MILLRACE_ALLOW_HOSTS");
    const answer = await call(`https://erp.example:${port}/`, { opened, resolve: async () => ["127.0.0.1"] });
    server.close();
    expect(answer).to.include({ ok: false, code: "tls", retryable: false });
  });

  it("stops when the step is cancelled", async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort());
    const answer = await call(
      server.url,
      { opened: readHosts([server.host], "MILLRACE_ALLOW_HOSTS"), timeoutMs: 5000 },
      controller.signal,
    );
    expect(answer).to.include({ ok: false, code: "aborted" });
  });

  it("cuts a body of a gigabyte at one megabyte", async () => {
    let sent = 0;
    const server = await serve((_request, response) => {
      response.writeHead(200, { "Content-Length": String(1024 ** 3) });
      const block = Buffer.alloc(65_536, "x");
      const more = () => {
        while (!response.destroyed && response.write(block)) sent += block.length;
      };
      response.on("drain", more);
      more();
    });
    const answer = await openedCall(server);
    expect(answer).to.include({ ok: true, truncated: true });
    expect(answer).to.have.property("body").with.length(BODY_LIMIT);
    expect(sent).to.be.below(64 * 1024 * 1024);
  });

  it("keeps a body of exactly the limit whole", async () => {
    const server = await serve((_request, response) => response.end(Buffer.alloc(BODY_LIMIT)));
    expect(await openedCall(server)).to.include({ ok: true, truncated: false });
  });

  for (const [name, pack] of Object.entries({ gzip: gzipSync, br: brotliCompressSync })) {
    it(`unpacks ${name}`, async () => {
      const server = await serve((_request, response) =>
        response.setHeader("Content-Encoding", name).end(pack("hello ".repeat(1000))),
      );
      expect(await openedCall(server)).to.deep.include({
        ok: true,
        truncated: false,
        body: Buffer.from("hello ".repeat(1000)),
      });
    });

    it(`stops a ${name} bomb`, async () => {
      const bomb = pack(Buffer.alloc(20 * 1024 * 1024));
      const server = await serve((_request, response) => response.setHeader("Content-Encoding", name).end(bomb));
      const answer = await openedCall(server);
      expect(answer).to.include({ ok: true, truncated: true });
      expect(answer).to.have.property("body").with.length(BODY_LIMIT);
    });
  }

  it("says when an answer cannot be unpacked", async () => {
    const broken = await serve((_request, response) => response.setHeader("Content-Encoding", "gzip").end("not gzip"));
    expect(await openedCall(broken)).to.include({ ok: false, code: "bad_response" });
    const unknown = await serve((_request, response) => response.setHeader("Content-Encoding", "zstd").end("what"));
    expect(await openedCall(unknown)).to.include({ ok: false, code: "bad_response", retryable: false });
  });

  it("calls a refused or broken connection by its name, worth another try", async () => {
    const server = await serve((request) => request.socket.destroy());
    expect(await openedCall(server)).to.include({ ok: false, code: "connection", retryable: true });
    const gone = await loopback(() => {});
    await gone.close();
    expect(await openedCall(gone)).to.deep.equal({
      ok: false,
      code: "connection",
      message: "The connection failed (ECONNREFUSED).",
      retryable: true,
    });
  });

  it("sends no body beyond one megabyte", async () => {
    const request = {
      method: "POST",
      url: "https://example.com/",
      headers: {},
      body: "x".repeat(BODY_LIMIT + 1),
      signal: new AbortController().signal,
    };
    expect(await guardedClient({ opened: [] }).request(request)).to.include({ ok: false, code: "request_too_large" });
  });
});
