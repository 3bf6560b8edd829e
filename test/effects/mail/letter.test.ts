import { expect } from "chai";
import type { MailMessage } from "../../../src/effects/index.js";
import { lettersOf, mailFault } from "../../../src/effects/mail/letter.js";
import { mailAddress } from "../../../src/effects/mail/mail-address.js";
import { readKeyRing } from "../../../src/effects/secrets/key-ring.js";

const mail = (more: Partial<MailMessage> = {}): MailMessage => ({
  to: ["Ann Lee <ann@example.com>"],
  subject: "Welcome",
  body: "Hello",
  format: "markdown",
  class: "transactional",
  ...more,
});

describe("a letter", () => {
  for (const text of [
    "ann@example.com, eve@evil.test",
    "ann@example.com;eve@evil.test",
    "ann@example.com\r\nBcc: eve@evil.test",
    "Ann <ann@example.com>, <eve@evil.test>",
    "<ann@example.com><eve@evil.test>",
    '"a@b.test" <ann@example.com>',
    '"eve@evil.test"@example.com',
    "friends: ann@example.com;",
    "ann@[127.0.0.1]",
    "ann@127.0.0.1",
    "ann@example.com>",
    "ann(eve@evil.test)@example.com",
    "ann\u2028@example.com",
    "a..b@example.com",
    "ann",
    "@example.com",
    "ann@",
    "",
  ])
    it(`has no recipient ${JSON.stringify(text)}`, () =>
      expect(mailFault(mail({ to: [text] }))).to.include("is not one e-mail address"));

  for (const [text, address] of Object.entries({
    "ann@example.com": { name: "", address: "ann@example.com" },
    " ann.lee+crm@Example.COM ": { name: "", address: "ann.lee+crm@example.com" },
    '"Lee, Ann" <ann@example.com>': { name: "Lee, Ann", address: "ann@example.com" },
    "Zoë <zoe@bücher.example>": { name: "Zoë", address: "zoe@xn--bcher-kva.example" },
  }))
    it(`reads the recipient ${text}`, () => expect(mailAddress(text)).to.deep.equal(address));

  it("says what is wrong with it", () => {
    const faults: [Partial<MailMessage>, string][] = [
      [{ to: [] }, "no recipient"],
      [{ to: Array.from({ length: 51 }, (_, at) => `a${at}@example.com`) }, "at most 50"],
      [{ subject: "a\r\nBcc: eve@evil.test" }, "line break"],
      [{ subject: " " }, "empty"],
      [{ body: "x".repeat(256_001) }, "256,000"],
      [{ replyTo: "nobody" }, '"nobody"'],
      [{ class: "marketing", cc: ["bo@example.com"] }, "no copies"],
      [{ attachments: [{ filename: "../../x", content: "" }] }, "attachment's name"],
      [{ attachments: [{ filename: "x\r\ny", content: "" }] }, "attachment's name"],
      [{ attachments: [{ filename: "x", content: "", contentType: "text/plain\r\nX: 1" }] }, "content type"],
      [{ attachments: [{ filename: "x", content: "x".repeat(11 * 1024 * 1024) }] }, "10 MB"],
    ];
    for (const [wrong, words] of faults) expect(mailFault(mail(wrong))).to.include(words);
    expect(mailFault(mail())).to.equal(null);
  });

  it("has the same Message-ID for the same key, and another for another", () => {
    const keys = readKeyRing("a test key");
    const idOf = (idempotencyKey: string) =>
      lettersOf(
        mail(),
        { html: "", text: "" },
        { workspaceId: "w1", idempotencyKey, domain: "example.com", baseUrl: "", keys },
      )[0]?.messageId;
    expect(idOf("r1:tell:0"))
      .to.match(/^<[0-9a-f]{40}@example\.com>$/)
      .and.equal(idOf("r1:tell:0"));
    expect(idOf("r1:tell:1")).to.not.equal(idOf("r1:tell:0"));
  });
});
