import { expect } from "chai";
import { draftEmail } from "../../../src/actions/outside/draft-email.js";
import { listMails, type RecordedEffect } from "../../../src/effects/index.js";
import { dialects } from "../../support/databases.js";
import { gateway } from "../../support/gateway.js";
import { stepOn } from "../../support/outside-steps.js";

for (const dialect of dialects) {
  describe(`email.draft (${dialect})`, () => {
    let world: Awaited<ReturnType<typeof gateway>>;
    before(async () => {
      // Nobody listens there: a mail that were sent would fail.
      world = await gateway(dialect, { smtpUrl: "smtp://127.0.0.1:9?from=crm@example.com" });
    });
    after(() => world.close());
    const draft = (config: Record<string, unknown> = {}, recorded?: RecordedEffect[]) =>
      stepOn(world, draftEmail)({ to: "ann@example.com", subject: "Offer", body: "Hi", ...config }, {}, recorded);

    it("keeps the mail, once, and sends nothing", async () => {
      const [first, second] = [await draft(), await draft()];
      expect(first.outcome).to.deep.nested.include({ type: "done", "output.status": "draft" });
      expect(second.outcome).to.deep.nested.include({ "output.status": "draft" });
      const { data } = await listMails(world, "w1", { status: "draft" });
      expect(data.map(({ to, subject, error }) => [to, subject, error])).to.deep.equal([
        [["ann@example.com"], "Offer", null],
      ]);
    });

    it("checks it as if it were sent", async () => {
      expect((await draft({ to: "nobody" })).outcome).to.deep.nested.include({ "error.code": "invalid_mail" });
    });

    it("shows in a simulation as what it is", async () => {
      const recorded: RecordedEffect[] = [];
      expect((await draft({}, recorded)).outcome).to.deep.nested.include({ "output.status": "draft" });
      expect(recorded.map(({ kind }) => kind)).to.deep.equal(["email.draft"]);
    });
  });
}
