import { expect } from "chai";
import { getRecord, updateRecord } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import type { Document, Step } from "../../src/graph/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { advanceDueRuns, cancelRun, claimRuns, replayRun, undoRun } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld, whenWon } from "../support/engine-world.js";
import { deadlockAt, race } from "../support/race.js";

const step = (key: string, kind: string, config: object = {}) => ({ key, kind, config }) as Step;
const mark = step("mark", "record.update", { values: { amount: 7 } });
const rest = step("rest", "wait", { for: "1h" });
const stop = step("stop", "record.update", { values: { amount: "{{ 'much' }}" } });

for (const dialect of dialects) {
  describe(`two who meet at one run, on ${dialect}`, function () {
    this.timeout(60_000);
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(async () => {
      expect(await checkInvariants(world.db)).to.deep.equal([]);
      await world.drop();
    });

    const automation = (steps: Step[], more: Partial<Document> = {}) =>
      world.automation({ triggers: [whenWon], ...more, steps });
    const won = async () => {
      const deal = await world.deal();
      await world.change("deal", deal.id, { stage: "won" });
      await world.drain();
      return { deal, run: (await world.runs())[0]?.id ?? "" };
    };
    const codeOf = (ended: PromiseSettledResult<unknown>) =>
      ended.status === "fulfilled" ? "done" : (ended.reason as { code?: string }).code;

    it("claims what is due behind the runs that another worker is taking", async () => {
      world.engine.settings.batch = 3;
      await automation([rest]);
      for (let deal = 0; deal < 5; deal++) await won();
      world.clock.forward("2h");
      const other = world.another();
      other.settings.batch = 3;
      const [mine, theirs] = await race(
        world.db,
        { at: /^SELECT \* FROM millrace_runs WHERE wakeAt/ },
        () => claimRuns(world.engine),
        () => claimRuns(other),
      );
      const claimed = [mine, theirs].map((ended) => (ended.status === "fulfilled" ? ended.value.length : -1));
      expect(claimed).to.deep.equal([3, 2]);
    });

    it("replays a run once when two ask at the same time", async () => {
      await automation([mark, stop]);
      const { run } = await won();
      const other = world.another();
      const ended = await race(
        world.db,
        { at: /^INSERT INTO `millrace_runs`/ },
        () => replayRun(world.engine, world.workspaceId, run, "start", world.by),
        () => replayRun(other, world.workspaceId, run, "start", world.by),
      );
      expect(ended.map(codeOf)).to.deep.equal(["done", "already_replayed"]);
      await world.drain();
      expect((await world.runs()).map(({ replayOf }) => replayOf)).to.deep.equal([run, null]);
    });

    it("replays two runs of one event at the same time, each once", async () => {
      await automation([mark, stop]);
      const { run } = await won();
      const second = await replayRun(world.engine, world.workspaceId, run, "start", world.by);
      await world.drain();
      const other = world.another();
      const ended = await race(
        world.db,
        { at: /^INSERT INTO `millrace_runs`/ },
        () => replayRun(world.engine, world.workspaceId, run, "start", world.by),
        () => replayRun(other, world.workspaceId, second, "start", world.by),
      );
      expect(ended.map(codeOf)).to.deep.equal(["done", "done"]);
      await world.drain();
      expect(await world.runs()).to.have.length(4);
    });

    it("stores nothing of a step when the run is cancelled before its commit", async () => {
      await automation([rest, mark]);
      const { run, deal } = await won();
      world.clock.forward("2h");
      const other = world.another();
      const [, cancelled] = await race(
        world.db,
        { at: /^INSERT INTO `millrace_steps`/, when: "before" },
        () => advanceDueRuns(world.engine),
        () => cancelRun(other, world.workspaceId, run, world.by),
      );
      expect(codeOf(cancelled)).to.be.oneOf(["done", "already_finished"]);
      const { status, steps } = await world.run(run);
      const { amount } = (await getRecord(world.engine, world.workspaceId, "deal", deal.id))?.values ?? {};
      expect([status, steps.length, amount]).to.deep.equal(
        codeOf(cancelled) === "done" ? ["cancelled", 1, null] : ["completed", 2, 7],
      );
    });

    it("undoes no field that somebody is changing meanwhile", async () => {
      await automation([mark]);
      const { run, deal } = await won();
      const other = world.another();
      await race(
        world.db,
        { at: /^SELECT .* FROM `?crm_deals/ },
        () => undoRun(world.engine, world.workspaceId, run, world.by),
        () => updateRecord(other, world.workspaceId, "deal", deal.id, { amount: 99 }, { actor: world.by }),
      );
      expect((await getRecord(world.engine, world.workspaceId, "deal", deal.id))?.values["amount"]).to.equal(99);
    });

    it("undoes all of a run again after a deadlock in the middle, and says what it did", async () => {
      await automation([mark, step("task", "task.create", { title: "Call" })]);
      const { run, deal } = await won();
      const fault = deadlockAt(world.db, /^UPDATE `?crm_deals/);
      const undone = await undoRun(world.engine, world.workspaceId, run, world.by);
      expect(fault.happened()).to.equal(true);
      expect(undone.reverted.map(({ object }) => object).sort()).to.deep.equal(["deal", "task"]);
      expect((await getRecord(world.engine, world.workspaceId, "deal", deal.id))?.values["amount"]).to.equal(null);
    });

    it("wakes a parent once when its last two children end at the same time", async () => {
      const child = await world.automation({ object: null, steps: [rest] }, "Child");
      const each = step("each", "for_each", { items: [1, 2], automation: "Child", concurrency: 2 });
      const parent = await world.automation({ object: null, steps: [each] }, "Parent");
      const { id } = await startManually(world.engine, world.workspaceId, parent.id, {}, world.by);
      await world.drain();
      world.clock.forward("2h");
      world.engine.settings.batch = 1;
      const other = world.another();
      other.settings.batch = 1;
      await race(
        world.db,
        { at: /^UPDATE millrace_children/ },
        () => advanceDueRuns(world.engine),
        () => advanceDueRuns(other),
      );
      await world.drain();
      expect((await world.runs({ automation: child.id })).map(({ status }) => status)).to.deep.equal([
        "completed",
        "completed",
      ]);
      expect((await world.run(id)).status).to.equal("completed");
    });
  });
}
