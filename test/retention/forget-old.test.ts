import { expect } from "chai";
import { updateWorkspace } from "../../src/crm/index.js";
import { connect, type Param, type Row } from "../../src/db/index.js";
import { startManually } from "../../src/enrollments/index.js";
import type { Document } from "../../src/graph/index.js";
import { forgetOld } from "../../src/retention/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";
import { filledRow } from "../support/filled-row.js";

const DAY = 86_400_000;
const note: Document["steps"] = [{ key: "a", kind: "set_variables", config: { values: { x: 1 } } }];
const pause: Document["steps"] = [{ key: "a", kind: "wait", config: { until: "2055-01-01T00:00:00Z" } }];
const failing: Document["steps"] = [{ key: "a", kind: "end", config: { status: "failed", message: "No." } }];

for (const dialect of dialects) {
  describe(`forgetting, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect, {
        MILLRACE_RETENTION: "completed=90d, events=90d, mails=30d, audit=P1Y, threads=90d, notifications=90d",
      });
      world.clock.set("2035-01-01T12:00:00Z");
    });
    after(() => world.drop());
    afterEach(() => updateWorkspace(world.engine, world.workspaceId, { settings: { retention: {} } }));

    async function ran(document: Partial<Document> & Pick<Document, "steps">, deal?: { id: string }) {
      const { id: automationId } = await world.automation(document);
      const { id: recordId } = deal ?? (await world.deal());
      const { id } = await startManually(world.engine, world.workspaceId, automationId, { recordId }, world.by);
      await world.drain();
      return { id, automationId, recordId };
    }
    const count = async (table: string, where: string, ...params: Param[]) =>
      Number((await world.db.one(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`, params))?.["n"]);
    const isThere = async ({ id }: { id: string }) => (await count("millrace_runs", "id = ?", id)) === 1;
    const isLeft = async (...runs: { id: string }[]) => Promise.all(runs.map(isThere));
    /** The night after `days`, to its end. */
    async function nightAfter(days: number): Promise<void> {
      world.clock.set(new Date(world.clock.now() + days * DAY).toISOString());
      while ((await forgetOld(world.engine)) > 0);
    }

    it("deletes runs that have been over for long enough, with their steps, and no others", async () => {
      const [done, failed, waiting] = [
        await ran({ steps: note }),
        await ran({ steps: failing }),
        await ran({ steps: pause }),
      ];
      await nightAfter(89);
      expect(await isLeft(done, failed, waiting)).to.deep.equal([true, true, true]);
      await nightAfter(8);
      expect(await isLeft(done, failed, waiting)).to.deep.equal([false, true, true]);
      expect(await count("millrace_steps", "runId = ?", done.id)).to.equal(0);
      expect(await count("millrace_steps", "runId = ?", failed.id)).to.equal(1);
    });

    it("keeps events that a run still needs, and drops them once it is gone", async () => {
      const failed = await ran({ steps: failing });
      const eventOf = () =>
        count("millrace_events", "object = 'deal' AND recordId = ? AND kind = 'manual'", failed.recordId);
      await nightAfter(100);
      expect(await eventOf()).to.equal(1);
      await updateWorkspace(world.engine, world.workspaceId, { settings: { retention: { failed: "40d" } } });
      await nightAfter(8);
      expect([await isThere(failed), await eventOf()]).to.deep.equal([false, 0]);
    });

    it("lets a record into an automation only once even when that run is forgotten", async () => {
      const deal = await world.deal();
      const once = await ran({ steps: note, enrollment: { reenter: "once" } }, deal);
      await nightAfter(100);
      expect(await isThere(once)).to.equal(false);
      const again = await startManually(
        world.engine,
        world.workspaceId,
        once.automationId,
        { recordId: deal.id },
        world.by,
      );
      expect(again.reason?.code).to.equal("reenter");
    });

    it("keeps the runs that a remaining run has started", async () => {
      const child = await world.automation({ steps: note, triggers: [{ key: "sub", kind: "automation" }] }, "Child");
      const parent = await ran({
        steps: [{ key: "go", kind: "run_automation", config: { automation: child.id, wait: true } }, ...failing],
      });
      const [started] = await world.runs({ automation: child.id });
      await nightAfter(100);
      expect([await isThere(parent), await isThere({ id: started?.id ?? "" })]).to.deep.equal([true, true]);
    });

    it("follows a workspace that wants it otherwise", async () => {
      await updateWorkspace(world.engine, world.workspaceId, {
        settings: { retention: { completed: "forever", failed: "40d" } },
      });
      const [done, failed] = [await ran({ steps: note }), await ran({ steps: failing })];
      await nightAfter(100);
      expect(await isLeft(done, failed)).to.deep.equal([true, false]);
    });

    it("forgets an automation with its versions when its last run is gone", async () => {
      const { automationId } = await ran({ steps: note });
      const deleted = world.clock.now();
      await world.db.run("UPDATE millrace_automations SET deletedAt = ?, status = 'paused' WHERE id = ?", [
        deleted,
        automationId,
      ]);
      await nightAfter(40);
      expect(await count("millrace_versions", "automationId = ?", automationId)).to.equal(1);
      await nightAfter(60);
      await nightAfter(8);
      expect(await count("millrace_automations", "id = ?", automationId)).to.equal(0);
      expect(await count("millrace_versions", "automationId = ?", automationId)).to.equal(0);
    });

    /** Each table that lives by itself: how many days its rows stay, and what tells their age. */
    const own: [table: string, days: number, age: (at: number) => Row][] = [
      ["millrace_mails", 30, (at) => ({ at, status: "sent" })],
      ["millrace_audit", 365, (at) => ({ at })],
      ["millrace_threads", 90, (at) => ({ at })],
      ["millrace_notifications", 90, (at) => ({ at })],
      ["millrace_batches", 90, (createdAt) => ({ createdAt })],
      ["millrace_moves", 400, (doneAt) => ({ doneAt })],
      ["millrace_ticks", 400, (at) => ({ at, status: "fired" })],
      ["millrace_requests", 1, (createdAt) => ({ createdAt })],
      ["millrace_sessions", 0, (at) => ({ expires: new Date(at) })],
      ["millrace_job_logs", 32, (timestamp) => ({ timestamp })],
      ["millrace_jobs", 32, (updatedAt) => ({ updatedAt })],
    ];
    for (const [table, days, age] of own)
      it(`forgets what is too old in ${table}, and nothing younger`, async () => {
        await nightAfter(8);
        await world.db.run(`DELETE FROM ${table}`);
        const now = world.clock.now() + DAY;
        for (const at of [now - (days + 1) * DAY, now - days * DAY + 60_000])
          await world.db.insert(table, [
            await filledRow(world.db, table, { workspaceId: world.workspaceId, ...age(at) }),
          ]);
        await nightAfter(1);
        expect(await count(table, "1 = 1")).to.equal(1);
      });

    it("forgets what a month had used of its limit more than a year later", async () => {
      const thisMonth = new Date(world.clock.now()).toISOString().slice(0, 7);
      for (const period of ["2001-01", thisMonth])
        await world.db.insert("millrace_counters", [{ scope: "automation:a", period, used: 1 }]);
      await nightAfter(1);
      expect(await count("millrace_counters", "scope = 'automation:a'")).to.equal(1);
    });

    it("takes a run apart whose steps are too many for one portion", async () => {
      const run = await ran({ steps: note });
      const step = await world.db.one("SELECT * FROM millrace_steps WHERE runId = ?", [run.id]);
      const steps = Array.from({ length: 5_000 }, (_, n) => ({ ...step, n: n + 1_000 }));
      await world.db.insert("millrace_steps", steps);
      const { most } = await deletedAtOnce(() => nightAfter(100));
      expect(await isThere(run)).to.equal(false);
      expect(await count("millrace_steps", "runId = ?", run.id)).to.equal(0);
      expect(most).to.be.at.most(2_000);
    });

    async function deletedAtOnce(work: () => Promise<void>): Promise<{ most: number }> {
      const { db } = world;
      const { run } = db;
      let most = 0;
      db.run = async (...asked) => {
        const written = await run(...asked);
        if (asked[0].startsWith("DELETE")) most = Math.max(most, written.changes);
        return written;
      };
      await work();
      db.run = run;
      return { most };
    }

    it("is done once a night, by whichever process, from where the one before it stopped", async () => {
      const runs = [await ran({ steps: note }), await ran({ steps: note })];
      world.clock.set(new Date(world.clock.now() + 100 * DAY).toISOString());
      while ((await isLeft(...runs)).every(Boolean)) await forgetOld(world.engine);
      const other = { ...world.engine, db: connect(world.url) };
      while ((await forgetOld(other)) > 0);
      await other.db.sequelize.close();
      expect(await isLeft(...runs)).to.deep.equal([false, false]);
      expect(await forgetOld(world.engine)).to.equal(0);
    });
  });
}
