import { expect } from "chai";
import { getAutomation, pause, validateDocument } from "../../src/automations/index.js";
import { startManually } from "../../src/enrollments/index.js";
import type { Document, Step } from "../../src/graph/index.js";
import { simulate } from "../../src/insight/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const rest: Step = { key: "rest", kind: "wait", config: { for: "3d" } };
const step = (kind: string, config: JsonObject = {}): Step => ({ key: "do_it", kind, config });

for (const dialect of dialects) {
  describe(`steps about automations (${dialect})`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    const start = async (id: string, recordId?: string) => {
      const run = await startManually(world.engine, world.workspaceId, id, { recordId }, world.by);
      await world.drain();
      return world.run(run.id);
    };
    /** Runs an automation with this one step, on a deal if one is given. */
    const doing = async (one: Step, recordId?: string) => {
      const document = { object: recordId ? "deal" : null, steps: [one] };
      const { id } = await world.automation(document, "Doing");
      return start(id, recordId);
    };
    const statusOf = async (id: string) => (await getAutomation(world.engine, world.workspaceId, id)).status;

    it("pauses another automation, by its name, whose runs go on", async () => {
      const other = await world.automation({ object: null, steps: [rest] }, "Reminders");
      const run = await start(other.id);
      const done = await doing(step("automation.pause", { automation: "Reminders" }));
      expect(done.steps[0]?.output).to.deep.equal({ automationId: other.id, name: "Reminders", status: "paused" });
      expect([await statusOf(other.id), (await world.run(run.id)).status]).to.deep.equal(["paused", "waiting"]);
    });

    it("pauses itself, and is resumed by another", async () => {
      const own = await world.automation({ object: null, steps: [step("automation.pause")] }, "Once");
      expect((await start(own.id)).status).to.equal("completed");
      expect(await statusOf(own.id)).to.equal("paused");
      await doing(step("automation.resume", { automation: own.id }));
      expect(await statusOf(own.id)).to.equal("active");
    });

    it("fails for an automation there is not, and says so before it is published", async () => {
      const run = await doing(step("automation.pause", { automation: "{{ 'Nobody' }}" }));
      expect(run.steps[0]?.error).to.include({
        code: "not_found",
        message: 'There is no automation "Nobody" in this workspace.',
      });
      const document: Document = {
        object: null,
        triggers: [],
        steps: [step("automation.resume", { automation: "Nobody" })],
      };
      const problems = await validateDocument(world.engine, world.workspaceId, document, "list");
      expect(problems.map(({ path }) => path)).to.include("steps[0].config.automation");
    });

    it("cancels the runs of its record, or of all, and never its own", async () => {
      const other = await world.automation({ steps: [rest] }, "Reminders");
      const [one, two] = [await world.deal(), await world.deal({ name: "Another" })];
      const [ofOne, ofTwo] = [await start(other.id, one.id), await start(other.id, two.id)];
      const config = { automation: "Reminders" };
      const done = await doing(step("automation.cancel_runs", config), one.id);
      expect(done.steps[0]?.output).to.include({ cancelled: 1 });
      const now = async () => [(await world.run(ofOne.id)).status, (await world.run(ofTwo.id)).status];
      expect(await now()).to.deep.equal(["cancelled", "waiting"]);
      expect((await world.run(ofOne.id)).reason?.message).to.equal("Cancelled by Doing.");
      await doing(step("automation.cancel_runs", { ...config, all: true }));
      expect(await now()).to.deep.equal(["cancelled", "cancelled"]);
      const own = await doing(step("automation.cancel_runs", { all: true }));
      expect(own.status).to.equal("completed");
      expect(own.steps[0]?.output).to.include({ cancelled: 0 });
    });

    it("wants to know whose runs", async () => {
      const run = await doing(step("automation.cancel_runs"));
      expect(run.steps[0]?.error).to.include({ code: "no_record" });
    });

    it("enrolls a record, and goes on without waiting", async () => {
      const other = await world.automation({ steps: [rest] }, "Reminders");
      const deal = await world.deal();
      const run = await doing(step("automation.enroll", { automation: "Reminders" }), deal.id);
      expect(run.status).to.equal("completed");
      const [started] = await world.runs({ automation: other.id });
      expect(started).to.include({ status: "waiting", recordId: deal.id });
      expect(run.steps.at(-1)?.output).to.include({ runId: started?.id });
    });

    it("fails when what it enrolls in does not run", async () => {
      const other = await world.automation({ steps: [rest] }, "Reminders");
      await pause(world.engine, world.workspaceId, other.id);
      const deal = await world.deal();
      expect((await doing(step("automation.enroll", { automation: "Reminders" }), deal.id)).status).to.equal("failed");
    });

    it("changes nothing in a simulation", async () => {
      const other = await world.automation({ object: null, steps: [rest] }, "Reminders");
      const run = await start(other.id);
      const steps = [
        { ...step("automation.pause", { automation: "Reminders" }), key: "pause_it" },
        step("automation.cancel_runs", { automation: "Reminders", all: true }),
      ];
      const { id } = await world.automation({ object: null, steps }, "Doing");
      const found = await simulate(world.engine, world.workspaceId, id, {}, world.by);
      expect(found.status).to.equal("completed");
      expect([await statusOf(other.id), (await world.run(run.id)).status]).to.deep.equal(["active", "waiting"]);
    });
  });
}
