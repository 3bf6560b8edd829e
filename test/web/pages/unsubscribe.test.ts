import { expect } from "chai";
import type { Express } from "express";
import request from "supertest";
import { createRecord } from "../../../src/crm/index.js";
import { createApp } from "../../../src/web/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld, whenWon } from "../../support/engine-world.js";
import { smtpSink } from "../../support/smtp-sink.js";

for (const dialect of dialects)
  describe(`the end of a newsletter, on ${dialect}`, () => {
    let sink: Awaited<ReturnType<typeof smtpSink>>;
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let app: Express;
    before(async () => {
      sink = await smtpSink();
      world = await engineWorld(dialect, { SMTP_URL: `${sink.url}?from=crm@example.com` });
      app = createApp(world.engine, {
        baseUrl: "http://localhost:3000",
        sessionSecrets: ["a secret of the tests"],
        trustProxy: false,
        workspace: "demo",
      });
      const letter = { to: "{{ record.contact.email }}", subject: "News", body: "Hello", class: "marketing" };
      await world.automation({
        triggers: [whenWon],
        steps: [{ key: "news", kind: "email.send", config: letter }],
      });
    });
    after(async () => {
      await world.engine.effects.close();
      await world.drop();
      await sink.close();
    });

    /** A deal of this contact is won: what the mail server receives of it, and what the step says. */
    const newsTo = async (contact: string) => {
      const before = sink.arrived.length;
      const deal = await world.deal({ contact });
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      const [run] = await world.runs({ record: deal.id });
      const [step] = (await world.run(run?.id ?? "")).steps;
      return { mails: sink.arrived.slice(before), status: step?.status };
    };
    const contactOf = async (email: string, more = {}) =>
      (
        await createRecord(
          world.engine,
          world.workspaceId,
          "contact",
          { name: "Ann", email, ...more },
          { actor: world.by },
        )
      ).id;
    const linkIn = (raw = "") => /^List-Unsubscribe:\s*<http:\/\/localhost:3000(\/u\/[^>\s]+)>/m.exec(raw)?.[1] ?? "";

    it("comes with one POST of a mail program, which needs no login and sends no token", async () => {
      const ann = await contactOf("ann@example.com", { subscribed: true });
      const first = await newsTo(ann);
      expect(first.mails[0]?.raw).to.include("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
      const answer = await request(app)
        .post(linkIn(first.mails[0]?.raw))
        .set("Origin", "https://mail.example.org")
        .type("form")
        .send("List-Unsubscribe=One-Click");
      expect([answer.status, answer.text.includes("ann@example.com")]).to.deep.equal([200, true]);
      expect(await newsTo(ann)).to.deep.equal({ mails: [], status: "skipped" });
    });

    it("comes with the button of the page, not with a look at it", async () => {
      const bo = await contactOf("Bo@Example.com", { subscribed: true });
      const link = linkIn((await newsTo(bo)).mails[0]?.raw);
      const page = await request(app).get(link);
      expect([page.status, page.text.includes("bo@example.com")]).to.deep.equal([200, true]);
      expect(page.text).to.include(`action="${link}"`);
      expect((await newsTo(bo)).mails).to.have.length(1);
      await request(app).post(link).type("form").send("");
      expect((await request(app).get(link)).text).to.include("has ended");
      expect((await newsTo(bo)).mails).to.deep.equal([]);
    });

    it("is what a contact has said who does not receive it", async () => {
      expect(await newsTo(await contactOf("cy@example.com", { subscribed: false }))).to.deep.equal({
        mails: [],
        status: "skipped",
      });
    });

    it("comes by no other address", async () => {
      for (const path of ["/u/nonsense", "/u/abc.def"]) {
        expect((await request(app).get(path)).status).to.equal(404);
        expect((await request(app).post(path)).status).to.equal(404);
      }
    });
  });
