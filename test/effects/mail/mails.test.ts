import { expect } from "chai";
import { getMail, listMails } from "../../../src/effects/index.js";
import { dialects } from "../../support/databases.js";
import { type MailWorld, mailWorld } from "../../support/mail-world.js";

for (const dialect of dialects)
  describe(`the outbox, ${dialect}`, () => {
    let post: MailWorld;
    beforeEach(async () => {
      post = await mailWorld(dialect);
    });
    afterEach(() => post.close());

    it("is kept where there is no mail server, and says so", async () => {
      const keeping = post.world.open({ smtpUrl: undefined });
      const result = await post.mail({}, {}, keeping);
      expect(result).to.deep.include({ ok: true });
      expect(result.output).to.include({ status: "kept" }).and.have.property("note").that.includes("not sent");
      await post.mail({}, {}, keeping);
      const [row, more] = await post.rows();
      expect(more).to.equal(undefined);
      expect(row).to.include({ status: "kept" });
      const { content } = await getMail(post.world, "w1", row?.id ?? "");
      expect(content).to.include({ from: "Millrace <millrace@crm.example.com>", class: "transactional" });
      expect(content.text).to.include("Hello Ann");
    });

    it("lists newest first in pages, and shows no other workspace's mail", async () => {
      for (const key of ["a", "b", "c"]) await post.mail({ subject: key }, { idempotencyKey: key });
      const first = await listMails(post.world, "w1", { limit: 2 });
      expect(first.data.map((one) => one.subject)).to.deep.equal(["c", "b"]);
      const second = await listMails(post.world, "w1", { limit: 2, cursor: first.nextCursor ?? "" });
      expect(second).to.deep.include({ nextCursor: null }).and.have.nested.property("data[0].subject", "a");
      expect((await listMails(post.world, "w2")).data).to.deep.equal([]);
      const missing = await getMail(post.world, "w2", first.data[0]?.id ?? "").catch(
        (error: { code: string }) => error.code,
      );
      expect(missing).to.equal("not_found");
    });
  });
