import { expect } from "chai";
import { activate, deleteAutomation, pause, publish, saveDraft } from "../../src/automations/index.js";
import { defineField, deleteRecord, findRecords, getRecord, removeField } from "../../src/crm/index.js";
import { removeSecret, writeSecret } from "../../src/effects/index.js";
import { explain } from "../../src/insight/index.js";
import { cancelRun } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld, overTenThousand, whenWon } from "../support/engine-world.js";
import { loopback } from "../support/loopback.js";

const rest = { key: "rest", kind: "wait", config: { for: "3d" } };
const mark = { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } };
const task = { key: "task", kind: "task.create", config: { title: "Call {{ trigger.record.name }}" } };

for (const dialect of dialects) {
  describe(`what changes while a run is under way, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    const win = async (values = {}) => {
      const deal = await world.deal(values);
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      return deal;
    };
    const later = async (duration = "4d") => {
      world.clock.forward(duration);
      await world.drain();
    };
    const tasks = async () => (await findRecords(world.engine, world.workspaceId, "task", {})).records.length;

    it("fails a step whose record was deleted as record_gone, and goes on where the policy says so", async () => {
      await world.automation({ triggers: [whenWon], onError: { policy: "continue" }, steps: [rest, mark, task] });
      const deal = await win();
      await deleteRecord(world.engine, world.workspaceId, "deal", deal.id, { actor: world.by });
      await later();
      const run = await world.onlyRun();
      expect(run).to.include({ status: "completed", failedSteps: 1 });
      expect(run.steps.map((step) => `${step.key} ${step.error?.code ?? step.status}`)).to.deep.equal([
        "rest success",
        "mark record_gone",
        "task success",
      ]);
      expect(await tasks()).to.equal(1);
    });

    it("finishes runs on the version they started on when the definition is edited and published", async () => {
      const { id } = await world.automation({ triggers: [whenWon], steps: [rest, mark] });
      const deal = await win();
      const document = {
        object: "deal",
        triggers: [whenWon],
        steps: [{ ...mark, config: { values: { status: "new way" } } }],
      };
      await saveDraft(world.engine, world.workspaceId, id, { document }, world.by);
      await publish(world.engine, world.workspaceId, id, null, world.by);
      await later();
      expect((await getRecord(world.engine, world.workspaceId, "deal", deal.id))?.values["status"]).to.equal(
        "onboarding",
      );
      expect(await world.onlyRun()).to.include({ status: "completed", version: 1 });
      await win();
      expect((await world.runs())[0]).to.include({ status: "completed", version: 2 });
    });

    it("starts no more runs when it is paused, and lets the running ones go on", async () => {
      const { id } = await world.automation({ triggers: [whenWon], steps: [rest, task] });
      await win();
      await pause(world.engine, world.workspaceId, id);
      const refused = await win();
      await later();
      expect(await world.onlyRun()).to.include({ status: "completed" });
      const [latest] = (await explain(world.engine, world.workspaceId, id, refused.id)).data;
      expect(latest?.reason?.code).to.equal("inactive");
      await activate(world.engine, world.workspaceId, id);
      await win();
      expect(await world.runs()).to.have.length(2);
    });

    it("lets running ones finish when the automation is deleted, and keeps their log under its name", async () => {
      const { id } = await world.automation({ triggers: [whenWon], steps: [rest, task] }, "Old ways");
      await win();
      await deleteAutomation(world.engine, world.workspaceId, id);
      await win();
      await later();
      expect(await world.onlyRun()).to.include({ status: "completed", automationName: "Old ways" });
    });

    it("fails a step that writes a field which is gone, naming the field", async () => {
      await defineField(world.engine, world.workspaceId, "deal", { name: "region", label: "Region", type: "text" });
      await world.automation({
        triggers: [whenWon],
        steps: [rest, { ...mark, config: { values: { region: "North" } } }],
      });
      await win();
      await removeField(world.engine, world.workspaceId, "deal", "region");
      await later();
      const run = await world.onlyRun();
      expect(run.status).to.equal("failed");
      expect(run.reason?.message).to.include("region");
    });

    it("refuses by a condition on a field which is gone, says so, and leaves other automations alone", async () => {
      await defineField(world.engine, world.workspaceId, "deal", { name: "region", label: "Region", type: "text" });
      const north = { all: [{ fact: "record", path: "region", operator: "notEqual", value: "South" }] };
      const { id } = await world.automation({ triggers: [whenWon], conditions: north, steps: [mark] }, "North");
      await world.automation({ triggers: [whenWon], steps: [task] }, "All");
      await removeField(world.engine, world.workspaceId, "deal", "region");
      const deal = await win();
      expect((await world.runs()).map((run) => run.automationName)).to.deep.equal(["All"]);
      const [latest] = (await explain(world.engine, world.workspaceId, id, deal.id)).data;
      expect(latest).to.include({ decision: "refused" });
      expect(JSON.stringify(latest)).to.include("region");
    });

    it("refuses by a condition whose template cannot be filled, says so, and leaves other automations alone", async () => {
      const limit = {
        all: [{ fact: "record", path: "amount", operator: "greaterThan", value: "{{ record.name | date_add: '3d' }}" }],
      };
      const { id } = await world.automation({ triggers: [whenWon], conditions: limit, steps: [mark] }, "Broken");
      await world.automation({ triggers: [whenWon], conditions: overTenThousand, steps: [task] }, "Whole");
      const deal = await win({ amount: 12_000 });
      expect((await world.runs()).map((run) => run.automationName)).to.deep.equal(["Whole"]);
      const [latest] = (await explain(world.engine, world.workspaceId, id, deal.id)).data;
      expect(latest?.reason).to.deep.include({ code: "conditions" });
      expect(latest?.reason?.message).to.include("date_add");
    });

    it("fails a step whose secret is gone without sending anything", async () => {
      const server = await loopback((_req, res) => res.end("{}"));
      const auth = { secret: "erp_key", scheme: "bearer" };
      const call = { key: "call", kind: "http.request", config: { method: "POST", url: server.url, auth } };
      await writeSecret(world.engine, world.workspaceId, "erp_key", "canary-5577", {}, world.by.name);
      await world.automation({ triggers: [whenWon], secrets: ["erp_key"], steps: [rest, call] });
      await win();
      await removeSecret(world.engine, world.workspaceId, "erp_key");
      await later();
      const run = await world.onlyRun();
      expect(run.status).to.equal("failed");
      expect(run.reason?.message).to.include("erp_key");
      expect(server.received).to.have.length(0);
      await server.close();
    });

    it("does not wake anything twice, or early, when the clock is set back", async () => {
      await world.automation({ triggers: [whenWon], steps: [rest, task] });
      await win();
      world.clock.set("2026-03-01T00:00:00.000Z");
      await world.drain();
      await win({ name: "Won in the past" });
      expect(await tasks()).to.equal(0);
      await later("10d");
      expect(await tasks()).to.equal(2);
      expect((await world.runs()).map((run) => run.status)).to.deep.equal(["completed", "completed"]);
    });

    it("goes on once however often, and by however many, it is woken at the same time", async () => {
      await world.automation({ triggers: [whenWon], steps: [rest, mark, task] });
      for (let n = 0; n < 20; n++) await win({ name: `Deal ${n}` });
      world.clock.forward("4d");
      await Promise.all(Array.from({ length: 10 }, () => world.drain()));
      expect(await tasks()).to.equal(20);
      expect(new Set((await world.runs()).map((run) => run.status))).to.deep.equal(new Set(["completed"]));
    });

    it("stays cancelled when the cancellation and the end of its wait meet", async () => {
      await world.automation({ triggers: [whenWon], steps: [rest, task] });
      await win();
      const { id } = await world.onlyRun();
      world.clock.forward("4d");
      const [cancelled] = await Promise.allSettled([
        cancelRun(world.engine, world.workspaceId, id, world.by),
        world.drain(),
      ]);
      await world.drain();
      const run = await world.run(id);
      expect(run.status).to.equal(cancelled.status === "fulfilled" ? "cancelled" : "completed");
      expect(await tasks()).to.equal(run.status === "completed" ? 1 : 0);
    });
  });
}
