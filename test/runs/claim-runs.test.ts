import { expect } from "chai";
import { runnableVersion } from "../../src/automations/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { emitEvent, getEvent } from "../../src/events/index.js";
import { checkInvariants } from "../../src/insight/index.js";
import { advanceDueRuns, cancelRun, startRuns } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const codes = [
  "reenter",
  "concurrency",
  "monthly_limit",
  "kill_switch",
  "loop_guard",
  "suppressed",
  "conditions",
  "exit",
];

for (const dialect of dialects) {
  describe(`what is due, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());

    const rest = { key: "rest", kind: "wait", config: { for: "1h" } };
    const resting = async () => {
      const { id } = await world.automation({ object: null, steps: [rest] });
      const run = await startManually(world.engine, world.workspaceId, id, {}, world.by);
      await world.drain();
      return { id, run: run.id };
    };

    it("is found behind a thousand refused starts of every kind, older ones with an instant among them", async () => {
      const { engine, workspaceId, db } = world;
      const { id, run } = await resting();
      const version = await runnableVersion(engine, id, 1);
      if (!version) throw new Error("The version is not there.");
      for (let many = 0; many < 10; many++) {
        const ids: string[] = [];
        for (let n = 0; n < 100; n++)
          ids.push(
            await emitEvent(engine, { workspaceId, kind: "event", name: "x" }, { actor: world.by }, undefined, true),
          );
        const events = await Promise.all(ids.map((eventId) => getEvent(engine, workspaceId, eventId)));
        const starts = events.flatMap((event, n) => {
          const refused = { code: codes[n % codes.length] ?? "", message: "No." };
          const startAt = { at: world.clock.now(), reason: null };
          const of = { version, workspaceId, triggerKey: null, record: null, inputs: {} };
          return event ? [{ ...of, event, refused, startAt }] : [];
        });
        await db.inTransaction((tx) => startRuns(engine, starts, tx));
      }
      expect(await checkInvariants(db)).to.deep.equal([]);
      await db.run("UPDATE millrace_runs SET wakeAt = 1 WHERE status = 'skipped'");
      world.clock.forward("2h");
      await advanceDueRuns(engine);
      expect((await world.run(run)).status).to.equal("completed");
      await db.run("UPDATE millrace_runs SET wakeAt = NULL WHERE status = 'skipped'");
    });

    it("is no longer anybody's when it is cancelled, and what was over in its log stays as it was", async () => {
      const { run } = await resting();
      await world.db.run("UPDATE millrace_runs SET claims = 2, claimedBy = 'w' WHERE id = ?", [run]);
      const tried = { status: "retrying", n: 9, finishedAt: 5, error: '{"code":"http_503","message":"Not now."}' };
      const [row] = await world.db.all("SELECT * FROM millrace_steps WHERE runId = ?", [run]);
      await world.db.insert("millrace_steps", [{ ...row, ...tried }]);
      await cancelRun(world.engine, world.workspaceId, run, world.by);
      const stored = await world.db.one("SELECT claims, claimedBy, wakeAt FROM millrace_runs WHERE id = ?", [run]);
      expect(stored).to.deep.include({ claims: 0, claimedBy: null, wakeAt: null });
      const steps = await world.db.all("SELECT status, finishedAt FROM millrace_steps WHERE runId = ? ORDER BY n", [
        run,
      ]);
      expect(steps.map(({ status, finishedAt }) => `${status} ${finishedAt}`)).to.deep.equal([
        `skipped ${world.clock.now()}`,
        "retrying 5",
      ]);
    });
  });
}
