import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { getMail, readUnsubscribeToken, suppress, suppressedAmong, unsubscribe } from "../../src/effects/index.js";
import { dialects } from "../support/databases.js";
import { type MailWorld, mailWorld } from "../support/mail-world.js";

for (const dialect of dialects)
  describe(`marketing mail, ${dialect}`, () => {
    let post: MailWorld;
    beforeEach(async () => {
      post = await mailWorld(dialect);
    });
    afterEach(() => post.close());

    it("goes to each recipient alone, with an unsubscribe address of their own", async () => {
      await post.mail({ class: "marketing", to: ["ann@example.com", "bo@example.com"] });
      expect(post.sink.arrived.map(({ to }) => to).sort()).to.deep.equal([["ann@example.com"], ["bo@example.com"]]);
      for (const { raw, to } of post.sink.arrived) {
        expect(raw).to.include("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
        const token = /^List-Unsubscribe:\s*<https:\/\/crm\.example\.com\/u\/([^>]+)>/m.exec(raw)?.[1] ?? "";
        expect(readUnsubscribeToken(post.world, token)).to.deep.equal({ workspaceId: "w1", address: to[0] });
      }
    });

    it("goes once to somebody named twice", async () => {
      await post.mail({ class: "marketing", to: ["ann@example.com", "Ann <ANN@example.com>"] });
      expect(post.sink.arrived).to.have.length(1);
    });

    it("does not reach who unsubscribed, and says so", async () => {
      await suppress(post.world, "w1", "Ann@Example.com", "unsubscribed");
      const result = await post.mail({ class: "marketing" });
      expect(result).to.include({ ok: false, code: "suppressed", retryable: false });
      expect(await post.mail({ class: "marketing", to: ["ann@example.com", "bo@example.com"] })).to.deep.include({
        ok: true,
      });
      expect(post.sink.arrived.map(({ to }) => to)).to.deep.equal([["bo@example.com"]]);
      expect(await post.mail({ class: "transactional" })).to.include({ ok: true });
    });

    it("repeats only for the recipients that were not reached", async () => {
      post.sink.moods.recipient = (address) => (address.startsWith("bo@") ? "451 4.7.1 greylisted" : null);
      const to = ["ann@example.com", "bo@example.com"];
      expect(await post.mail({ class: "marketing", to })).to.include({
        ok: false,
        code: "recipient_rejected",
        retryable: true,
      });
      post.sink.moods.recipient = () => null;
      expect(await post.mail({ class: "marketing", to })).to.include({ ok: true });
      expect(post.sink.arrived.map((one) => one.to[0])).to.deep.equal(to);
    });

    it("has no copies", async () => {
      expect(await post.mail({ class: "marketing", bcc: ["bo@example.com"] })).to.include({ code: "invalid_mail" });
    });
    it("signs the unsubscribe headers too", async () => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const key = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
      const signing = post.world.open({ dkim: { domainName: "example.com", keySelector: "crm", privateKey: key } });
      await post.mail({ class: "marketing" }, {}, signing);
      const [signature] = /^DKIM-Signature:[\s\S]*?\r\n(?! )/m.exec(post.sink.arrived[0]?.raw ?? "") ?? [""];
      expect(signature.replace(/\s/g, "")).to.include("list-unsubscribe:list-unsubscribe-post");
    });

    it("unsubscribes by a token of ours only, and in one workspace only", async () => {
      await post.mail({ class: "marketing" });
      const { content } = await getMail(post.world, "w1", (await post.rows())[0]?.id ?? "");
      const token = /\/u\/([\w.-]+)/.exec(content.text)?.[1] ?? "";
      expect(await unsubscribe(post.world, `${token}x`)).to.equal(null);
      expect(await unsubscribe(post.world, "nonsense")).to.equal(null);
      expect(await unsubscribe({ ...post.world, effects: post.world.open({ secretKey: "another" }) }, token)).to.equal(
        null,
      );
      expect(await unsubscribe(post.world, token)).to.deep.equal({ workspaceId: "w1", address: "ann@example.com" });
      expect(await unsubscribe(post.world, token)).to.be.an("object");
      expect((await suppressedAmong(post.world, "w1", ["ann@example.com"])).size).to.equal(1);
      expect((await suppressedAmong(post.world, "w2", ["ann@example.com"])).size).to.equal(0);
    });
  });
