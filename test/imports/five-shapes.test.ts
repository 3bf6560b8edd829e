import { expect } from "chai";
import { activate, publish } from "../../src/automations/index.js";
import { createRecord, findRecords, getRecord, type RecordRow } from "../../src/crm/index.js";
import { listMails } from "../../src/effects/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { importAutomation } from "../../src/imports/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { type ChatServer, chatServer } from "../support/chat-server.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { definition } from "./fixtures.js";

for (const dialect of dialects) {
  describe(`imported definitions run to their end (${dialect})`, () => {
    let model: ChatServer;
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let nora: RecordRow;
    before(async () => {
      model = await chatServer();
      world = await engineWorld(dialect, { AI_BASE_URL: model.baseUrl, AI_MODEL: "test-model" });
      nora = await make("contact", { name: "Nora", email: "nora@north.test" });
    });
    beforeEach(() => model.reset());
    after(async () => {
      await world.drop();
      await model.close();
    });

    const make = (object: string, values: JsonObject) =>
      createRecord(world.engine, world.workspaceId, object, values, { actor: world.by });
    const all = async (object: string) => (await findRecords(world.engine, world.workspaceId, object, {})).records;
    const now = async ({ object, id }: RecordRow) =>
      (await getRecord(world.engine, world.workspaceId, object, id))?.values ?? {};
    /** Imports, publishes and runs one of them; everything of it must have an equal. */
    const run = async (name: string, customerId = nora.id, threadId: string | null = null) => {
      const { automation, unmapped } = await importAutomation(
        world.engine,
        world.workspaceId,
        definition(name),
        world.by,
      );
      expect(unmapped).to.deep.equal([]);
      await publish(world.engine, world.workspaceId, automation.id, null, world.by);
      await activate(world.engine, world.workspaceId, automation.id);
      const start = { inputs: { customerId }, threadId };
      await startManually(world.engine, world.workspaceId, automation.id, start, world.by);
      await world.drain();
      return world.onlyRun({ automation: automation.id });
    };
    const statuses = ({ steps }: Awaited<ReturnType<typeof run>>) =>
      Object.fromEntries(steps.map(({ key, status }) => [key, status]));

    it("drafts answers in the conversations that wait for one", async () => {
      const [one, two] = [
        await make("conversation", { subject: "Pump", contact: nora.id }),
        await make("conversation", { subject: "Thanks", contact: nora.id }),
      ];
      await make("message", { conversation: one.id, body: "When does it come?" });
      await make("message", { conversation: two.id, body: "It came. Thanks!" });
      model.answers.push('{"waits":true}', "Dear Nora, tomorrow.", '{"waits":false}');
      expect(await run("answer-open-threads")).to.include({ status: "completed", failedSteps: 0 });
      const drafts = (await all("message")).filter(({ values }) => values["status"] === "draft");
      expect(drafts.map(({ values }) => [values["conversation"], values["body"]])).to.deep.equal([
        [one.id, "Dear Nora, tomorrow."],
      ]);
      expect(model.asked(1).messages.at(-1)?.content).to.equal("Answer this: When does it come?");
    });

    it("stores what the model recommends, and mails it", async () => {
      await make("order", { number: "SO-1", contact: nora.id });
      await make("product", { name: "Hose" });
      model.answers.push({ use: [["product_search", { query: "Ho" }]] }, '{"products":[{"name":"Hose"}]}');
      const done = await run("suggest-goods");
      expect(done).to.include({ status: "completed", failedSteps: 0 });
      expect((await all("recommendation")).map(({ values }) => [values["contact"], values["products"]])).to.deep.equal([
        [nora.id, [{ name: "Hose" }]],
      ]);
      const [mail] = (await listMails(world.engine, world.workspaceId, { runId: done.id })).data;
      expect(mail).to.deep.include({ to: ["nora@north.test"], subject: "Three ideas" });
    });

    it("looks at each of those it found, and writes down what the model says", async () => {
      const sleepers = [
        await make("contact", { name: "Ann", status: "inactive" }),
        await make("contact", { name: "Bo", status: "inactive" }),
      ];
      model.answers.push('{"status":"at_risk"}', '{"status":"churned"}');
      expect(await run("look-after-sleepers")).to.include({ status: "completed", failedSteps: 0 });
      const found = await Promise.all(sleepers.map(now));
      expect(found.map(({ status }) => status)).to.have.members(["at_risk", "churned"]);
    });

    it("lets the second question know the answer to the first, in a thread of its own", async () => {
      model.answers.push("She buys pumps.", "Call her.");
      const done = await run("think-twice", nora.id, "t1");
      expect(done).to.include({ status: "completed", failedSteps: 0 });
      expect(model.asked(1).messages.map(({ content }) => content)).to.include("She buys pumps.");
      expect(done.steps.at(-1)?.output).to.deep.include({ found: "She buys pumps.", todo: "Call her." });
    });

    it("goes the way of success, and that of failure", async () => {
      expect(statuses(await run("write-or-log"))).to.include({ mail: "success", tick: "success", log: "skipped" });
      expect(await now(nora))
        .to.include({ emailSent: true })
        .and.to.have.property("lastContactedAt")
        .that.is.a("string");
      const mute = await make("contact", { name: "Mute" });
      const failed = await run("write-or-log", mute.id);
      expect(failed.status).to.equal("completed");
      expect(statuses(failed)).to.include({ mail: "failed", tick: "skipped", log: "success" });
      expect((await now(mute))["emailSent"]).to.equal(false);
    });
  });
}
