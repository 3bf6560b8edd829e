import { expect } from "chai";
import { countsOf, foldCounts, type Measure, rebuildCounts } from "../../src/counts/index.js";
import { deleteRecord } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { forgetOld } from "../../src/retention/index.js";
import { cancelRun, replayRun } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const today = 20260302;

for (const dialect of dialects) {
  describe(`counts of runs, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let automation: string;
    before(async () => {
      world = await engineWorld(dialect, { MILLRACE_RETENTION: "completed=40d" });
      const steps = [
        { key: "rest", kind: "wait", config: { for: "1h" } },
        { key: "note", kind: "record.update", config: { values: { status: "called" } } },
      ];
      automation = (await world.automation({ steps, limits: { runsPerMonth: 4 } })).id;
    });
    after(() => world.drop());

    const start = async (recordId: string) =>
      (await startManually(world.engine, world.workspaceId, automation, { recordId }, world.by)).id;
    const counted = async (measure: Measure = "status", day = 0, scope = automation) => {
      const cells = await countsOf(world.engine, world.workspaceId, {
        scopes: [scope],
        measures: [measure],
        days: [day],
      });
      return Object.fromEntries(cells.map(({ what, n }) => [what, n]));
    };
    const agree = async () => expect((await checkInvariants(world.db)).join()).not.to.match(/count/);

    it("follow runs from their start to their end, folded in or not", async () => {
      const [kept, gone] = [await world.deal(), await world.deal()];
      await start(kept.id);
      await start(gone.id);
      expect(await counted()).to.deep.equal({ unfinished: 2 });
      await foldCounts(world.engine);
      await deleteRecord(world.engine, world.workspaceId, "deal", gone.id, { actor: world.by });
      await world.drain();
      world.clock.forward("1h");
      await world.drain();
      expect(await counted()).to.deep.equal({ completed: 1, failed: 1 });
      expect(await counted("reason", today)).to.deep.equal({ "failed/record_gone": 1 });
      expect(await counted("step", today)).to.deep.equal({ note: 1 });
      await agree();
    });

    it("know cancelled, refused and replayed runs, and what ran in the month", async () => {
      const deal = await world.deal();
      await cancelRun(world.engine, world.workspaceId, await start(deal.id), world.by);
      await start(deal.id);
      await start(deal.id);
      expect(await counted()).to.deep.equal({ completed: 1, failed: 1, cancelled: 1, unfinished: 1, skipped: 1 });
      const failed = (await world.runs({ status: "failed" }))[0]?.id ?? "";
      await replayRun(world.engine, world.workspaceId, failed, "start", world.by);
      expect(await counted("started", 20260300)).to.deep.equal({ "": 5 });
      await agree();
    });

    it("are the same when they are counted anew", async () => {
      const all = async () =>
        (await world.db.all("SELECT * FROM millrace_counts WHERE n <> 0"))
          .map((row) => Object.values(row).join(" "))
          .sort();
      while ((await foldCounts(world.engine)) > 0);
      const before = await all();
      await world.db.run("UPDATE millrace_counts SET n = n + 3 WHERE day = 0");
      expect((await checkInvariants(world.db)).join()).to.match(/a count of runs is not what the log holds/);
      await rebuildCounts(world.engine);
      expect(await all()).to.deep.equal(before);
      await agree();
    });

    it("leave the log with what is forgotten, and the days as they were", async () => {
      world.clock.forward("50d");
      while ((await forgetOld(world.engine)) > 0);
      for (const again of [async () => 0, () => rebuildCounts(world.engine)]) {
        await again();
        expect(await counted()).to.deep.equal({ cancelled: 1, replayed: 1, unfinished: 2, skipped: 1 });
        expect(await counted("status", today, world.workspaceId)).to.include({ completed: 1 });
        expect(await counted("started", 20260300)).to.deep.equal({ "": 5 });
      }
      await agree();
    });
  });
}
