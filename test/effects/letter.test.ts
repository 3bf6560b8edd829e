import { expect } from "chai";
import { mailFault } from "../../src/effects/letter.js";
import type { MailMessage } from "../../src/effects/index.js";

    for (const to of [
      "ann@example.com, eve@evil.test",
      "ann@example.com\r\nBcc: eve@evil.test",
      "Ann <ann@example.com>, <eve@evil.test>",
      '"a@b.test" <ann@example.com>',
      "friends: ann@example.com;",
      "ann@[127.0.0.1]",
      "ann",
      "@example.com",
      "",
    ])
      it(`never makes two addresses of one: ${JSON.stringify(to)}`, async () => {
        expect(await mail({ to: [to] })).to.include({ ok: false, code: "invalid_mail", retryable: false });
        expect(sink.arrived).to.have.length(0);
      });

    it("refuses a subject with a line break and an attachment with a path", async () => {
      expect(await mail({ subject: "a\r\nBcc: eve@evil.test" })).to.include({ code: "invalid_mail" });
      expect(await mail({ attachments: [{ filename: "../../x", content: "" }] })).to.include({ code: "invalid_mail" });
      expect(
        await mail({ attachments: [{ filename: "x", content: "", contentType: "text/plain\r\nX: 1" }] }),
      ).to.include({ code: "invalid_mail" });
    });

