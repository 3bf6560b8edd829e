import { expect } from "chai";
import { mailRoute } from "../../src/effects/mail/mail-route.js";
import { readSmtpUrl } from "../../src/effects/mail/smtp-settings.js";
import { readKeyRing } from "../../src/effects/secrets/key-ring.js";

const route = (config: { smtpUrl?: string; mailFrom?: string }) =>
  mailRoute({ baseUrl: "https://crm.example.com:8443/x", ...config }, { resolve: async () => [] });

describe("settings", () => {
  it("reads SMTP_URL", () => {
    expect(readSmtpUrl("smtps://me:p%40ss@mail.example.com")).to.deep.include({
      host: { host: "mail.example.com", below: false, port: 465 },
      secure: true,
      auth: { user: "me", pass: "p@ss" },
      rejectUnauthorized: true,
    });
    expect(readSmtpUrl("smtp://localhost:1025")).to.deep.include({
      secure: false,
      auth: null,
      rejectUnauthorized: false,
    });
  });

  for (const url of [
    "mail.example.com:25",
    "http://mail.example.com",
    "smtp://",
    "smtp://a.example?from=nobody",
    "smtp://a.example?tsl=1",
  ])
    it(`refuses ${url} as SMTP_URL`, () => expect(() => readSmtpUrl(url)).to.throw("SMTP_URL"));

  it("does not repeat the password of an address it cannot read", () => {
    expect(() => readSmtpUrl("smtp//me:hunter22@mail"))
      .to.throw()
      .with.property("message")
      .that.does.not.include("hunter22");
  });

  it("finds the sender: named in SMTP_URL, set apart, the user, or one at our own host", () => {
    expect(route({ smtpUrl: "smtp://u@x.example:25?from=a@b.example", mailFrom: "c@d.example" }).from.address).to.equal(
      "a@b.example",
    );
    expect(route({ smtpUrl: "smtp://u%40x.example@x.example:25", mailFrom: "CRM <c@d.example>" }).from).to.deep.equal({
      name: "CRM",
      address: "c@d.example",
    });
    expect(route({ smtpUrl: "smtp://u%40x.example:p@x.example:25" }).from.address).to.equal("u@x.example");
    expect(route({}).from.address).to.equal("millrace@crm.example.com");
    expect(() => route({ mailFrom: "nobody" })).to.throw('"nobody"');
  });

  it("opens with any key of the ring and seals with the first", () => {
    const before = readKeyRing("first");
    const { key, sealed } = before.seal(Buffer.from("x"), "purpose");
    const after = readKeyRing("second, first");
    expect(after.open(key, sealed, "purpose")?.toString()).to.equal("x");
    expect(after.open(key, sealed, "another purpose")).to.equal(null);
    expect(after.current).to.not.equal(before.current);
    expect(readKeyRing("second").open(key, sealed, "purpose")).to.equal(null);
  });

  it("refuses an empty ring", () => expect(() => readKeyRing(" , ")).to.throw("SECRET_KEY"));
});
