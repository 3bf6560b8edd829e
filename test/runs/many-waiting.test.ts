import { expect } from "chai";
import type { Param } from "../../src/db/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { dialects } from "../support/databases.js";
import { type ServedMillrace, servedMillrace } from "../support/servers.js";

/** MANY_WAITING=1000000 for the whole promise. */
const many = Number(process.env["MANY_WAITING"] ?? 200_000);

/** Kept in order by when they are due: a poll may read the rows that are due, and not one more. */
const waiting = /millrace_(runs|waits)/;

for (const dialect of dialects) {
  describe(`${many} waiting runs, on ${dialect}`, function () {
    this.timeout(60_000 + many);
    let world: ServedMillrace;
    let automation: string;
    const due = Date.parse("2027-01-01T09:00:00.000Z");
    before(async () => {
      world = await servedMillrace(dialect);
      automation = await world.automation({
        object: "deal",
        triggers: [],
        steps: [
          { key: "rest", kind: "wait", config: { for: "1h" } },
          { key: "task", kind: "task.create", config: { title: "Later" } },
        ],
      });
      await fill(world, automation, due);
    });
    after(() => world.stop());

    /** What a poll reads, as it reads it. */
    async function pollReads(): Promise<{ sql: string; params: Param[] }[]> {
      const { db } = world.engine;
      const { all } = db;
      const reads: { sql: string; params: Param[] }[] = [];
      db.all = ((sql: string, params: Param[] = [], ...more: []) => {
        reads.push({ sql, params });
        return all(sql, params, ...more);
      }) as typeof db.all;
      await world.work();
      db.all = all;
      return reads.filter(({ sql }) => waiting.test(sql));
    }

    const explained = (sql: string, params: Param[]) =>
      world.db.all(`EXPLAIN ${dialect === "sqlite" ? "QUERY PLAN " : ""}${sql}`, params);

    it("are looked at by index, however often a worker polls", async () => {
      const reads = await pollReads();
      expect(reads.map(({ sql }) => sql).join("\n")).to.match(/millrace_runs.*wakeAt <= \?/);
      for (const { sql, params } of reads)
        for (const row of await explained(sql, params))
          expect(readsFew(row), `${sql}\n${JSON.stringify(row)}`).to.equal(true);
    });

    it("cost a poll about what an empty table costs", async () => {
      const started = performance.now();
      for (let polls = 0; polls < 20; polls++) await world.work();
      expect((performance.now() - started) / 20, "milliseconds a poll").to.be.lessThan(300);
    });

    it("are none of the business of a run that comes due before them", async () => {
      const deal = await world.deal();
      const { id } = await startManually(world.engine, world.workspaceId, automation, { recordId: deal }, by);
      await world.work();
      world.clock.forward("1h");
      await world.work();
      expect((await world.api("GET", `/runs/${id}`)).body.status).to.equal("completed");
      const left = await world.db.one("SELECT COUNT(*) AS n FROM millrace_runs WHERE status = 'waiting'");
      expect(Number(left?.["n"])).to.equal(many);
    });

    it("are not all read for the few that died in hand, when all of them have come due", async () => {
      const { sql = "" } = (await pollReads()).find((read) => read.sql.includes("claims > 0")) ?? {};
      for (const row of await explained(sql, [due + many, -1, "queued", "running", "waiting"]))
        expect(readsFew(row), JSON.stringify(row)).to.equal(true);
    });

    it("share one bell, at the first instant there is something to do", async () => {
      for (let n = 0; n < 40; n++) {
        const deal = await world.deal();
        await startManually(world.engine, world.workspaceId, automation, { recordId: deal }, by);
      }
      await world.work();
      const at = world.clock.now() + 3_600_000;
      const bells = async () =>
        world.db.all("SELECT nextRunAt FROM millrace_jobs WHERE name = 'runs' AND nextRunAt IS NOT NULL");
      for (let looks = 0; (await bells()).length === 0 && looks < 500; looks++)
        await new Promise((resolve) => setImmediate(resolve));
      const [bell, ...others] = await bells();
      expect(others).to.deep.equal([]);
      expect(Number(bell?.["nextRunAt"])).to.be.at.most(at);
      const row = await world.db.one("SELECT COUNT(*) AS n FROM millrace_runs WHERE wakeAt = ?", [at]);
      expect(Number(row?.["n"])).to.equal(40);
    });
  });
}

const by = { type: "user", id: "sam", name: "Sam" } as const;

/** A line of a plan that goes by an index, or by few rows. */
function readsFew({ detail, rows, select_type: asked, type, Extra: extra }: Record<string, unknown>): boolean {
  // Whether there is one at all is known from the first entry of an index, however many the plan expects.
  if (asked === "DEPENDENT SUBQUERY" && type === "ref" && extra === "Using index") return true;
  if (typeof detail === "string") return !/^SCAN (r|w|millrace_runs|millrace_waits)\b/.test(detail);
  return Number(rows ?? 0) < 1_000;
}

/** Doubles one run that waits until there are as many as asked for, each due in a moment of its own and with a wait. */
async function fill({ db, engine, workspaceId, deal }: ServedMillrace, automation: string, due: number): Promise<void> {
  const { id } = await startManually(engine, workspaceId, automation, { recordId: await deal() }, by);
  await db.run("UPDATE millrace_runs SET status = 'waiting', wakeAt = ?, replay = 1 WHERE id = ?", [due, id]);
  const columns = Object.keys((await db.one("SELECT * FROM millrace_runs WHERE id = ?", [id])) ?? {});
  for (let made = 1; made < many; made *= 2) {
    const own: Record<string, string> = { id: "replay + ?", replay: "replay + ?", wakeAt: "wakeAt + ?" };
    await db.run(
      `INSERT INTO millrace_runs (${columns.map((column) => `\`${column}\``).join(",")})
       SELECT ${columns.map((column) => own[column] ?? `\`${column}\``).join(",")} FROM millrace_runs ORDER BY replay LIMIT ?`,
      [...columns.filter((column) => own[column]).map(() => made), Math.min(made, many - made)],
    );
  }
  await db.run(
    `INSERT INTO millrace_waits (runId, stepKey, iteration, kind, token, object, recordId, eventKind, wakeAt, createdAt, lookAt)
     SELECT id, 'hear', '', 'event', id, 'deal', id, 'record.updated', wakeAt, 0, 9007199254740991 FROM millrace_runs`,
  );
  if (db.dialect === "mysql") await db.all("ANALYZE TABLE millrace_runs, millrace_waits");
}
