import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { pino } from "pino";
import { Sequelize } from "sequelize";
import { type Filled, fill } from "../../bench/fill.js";
import type { Param } from "../../src/db/index.js";
import { createMillrace } from "../../src/index.js";
import { createApiKey, serve, stopServing } from "../../src/web/index.js";
import { dialects, freshDatabase } from "../support/databases.js";

/** More than any page may read, in every table that grows. ROWS_READ=20 fills twenty times as much, and MySQL too. */
const times = Number(process.env["ROWS_READ"] ?? 1);
const here = process.env["ROWS_READ"] ? dialects : dialects.filter((dialect) => dialect === "sqlite");
const sizes = {
  workspaces: 10,
  automations: 600 * times,
  events: 6_000 * times,
  runs: 8_000 * times,
  waits: 2_000 * times,
  records: 4_000 * times,
  batches: 60 * times,
};

/** Rows of the tables that grow, read one after another without an index that knows which. */
const scan = /SCAN (millrace_(runs|events|steps|waits|counts|count_changes|automations|mails)|crm_deals|r|e|s|w|a|t)\b/;

for (const dialect of here) {
  describe(`rows read on a filled database, on ${dialect}`, function () {
    this.timeout(600_000 * times);
    let world: Awaited<ReturnType<typeof filledWorld>>;
    before(async () => {
      world = await filledWorld(dialect);
    });
    after(() => world.stop());

    const pages = [
      "/",
      "/list",
      "/list?status=active",
      "/runs",
      "/runs?status=failed",
      "/runs?status=failed&reason=smtp_refused",
      "/runs?status=waiting",
      "/runs?trigger=schedule",
      "/runs?since=7d",
      "/AUTOMATION",
      "/AUTOMATION/runs",
      "/AUTOMATION/runs?status=skipped",
      "/AUTOMATION/versions",
      "/schedules",
      "/approvals",
      "/outbox",
      "/why",
      "/records/deal/RECORD",
      "/runs/RUN",
      "/set-aside",
    ];
    const lists = [
      "/runs",
      "/runs?limit=200",
      "/runs?status=failed,cancelled",
      "/runs?status=completed&automation=AUTOMATION",
      "/runs?automation=AUTOMATION&reason=monthly_limit",
      "/runs?record=RECORD",
      "/runs?object=contact",
      "/runs?trigger=record.updated&status=cancelled",
      "/runs?batch=BATCH",
      "/runs?to=2026-11-01T00:00:00Z",
      "/automations",
      "/automations?object=deal&status=active",
      "/batches",
      "/reports/usage",
      "/reports/runs",
      "/reports/runs?automation=AUTOMATION",
      "/objects/deal/records",
    ];

    for (const path of pages)
      it(`grow with what ${path} shows`, async () => {
        const { text, read, scans } = await world.look(path);
        expect(scans).to.deep.equal([]);
        expect(read).to.be.at.most(1_000 + 5 * (text.match(/<tr|<li/g) ?? []).length);
      });
    for (const path of lists)
      it(`grow with what GET ${path} answers`, async () => {
        const { text, read, scans } = await world.look(`/api/workspaces/SLUG${path}`);
        expect(scans).to.deep.equal([]);
        const { data, automations, days } = JSON.parse(text);
        expect(read).to.be.at.most(1_000 + 5 * (data ?? automations ?? days).length);
      });
  });
}

/** A filled database behind a port, over one connection, so that the server's own count of rows read is that of a page. */
async function filledWorld(dialect: (typeof dialects)[number]) {
  const fresh = await freshDatabase(dialect);
  const log = pino({ level: "silent" });
  const secretKey = "test-key-of-thirty-two-characters";
  const filling = await createMillrace({ log, config: { databaseUrl: fresh.url, secretKey } });
  const filled: Filled = await fill(filling.engine, sizes);
  await filling.stop();
  const sequelize =
    dialect === "mysql"
      ? new Sequelize(fresh.url, { logging: false, timezone: "+00:00", pool: { max: 1, min: 1 } })
      : fresh.db.sequelize;
  const millrace = await createMillrace({ sequelize, log, config: { secretKey } });
  const { engine } = millrace;
  const { key } = await createApiKey(engine, filled.workspaceId, { name: "Reader", role: "admin" });
  const sam = { id: "sam", name: "Sam", role: "admin" as const };
  const server = await serve(millrace.router({ workspace: filled.slug, currentUser: () => sam }), 0, "127.0.0.1");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const one = async (sql: string) => String(Object.values((await engine.db.one(sql, [filled.workspaceId])) ?? {})[0]);
  const names: Record<string, string> = {
    SLUG: filled.slug,
    AUTOMATION: filled.automationId,
    RUN: await one("SELECT id FROM millrace_runs WHERE workspaceId = ? AND status = 'completed' LIMIT 1"),
    RECORD: await one("SELECT recordId FROM millrace_runs WHERE workspaceId = ? AND status = 'completed' LIMIT 1"),
    BATCH: await one("SELECT batchId FROM millrace_runs WHERE workspaceId = ? AND batchId IS NOT NULL LIMIT 1"),
  };

  const rowsRead = async () => {
    if (dialect === "sqlite") return 0;
    const rows = await engine.db.all("SHOW SESSION STATUS LIKE 'Handler_read%'");
    return rows.reduce((sum, row) => sum + Number(row["Value"]), 0);
  };
  /** What asking for the rows read reads itself. */
  const before = await rowsRead();
  const asking = (await rowsRead()) - before;

  return {
    async look(path: string) {
      const asked: { sql: string; params: Param[] }[] = [];
      const { all } = engine.db;
      engine.db.all = ((sql: string, params: Param[] = [], ...more: []) => {
        asked.push({ sql, params });
        return all(sql, params, ...more);
      }) as typeof engine.db.all;
      const start = await rowsRead();
      const address = url + path.replace(/[A-Z]{3,}/g, (name) => names[name] ?? name);
      const response = await fetch(address, { headers: { Authorization: `Bearer ${key}` } });
      const text = await response.text();
      const read = (await rowsRead()) - start - asking;
      engine.db.all = all;
      expect(response.status, `${address}: ${text.slice(0, 300)}`).to.equal(200);
      const scans: string[] = [];
      if (dialect === "sqlite")
        for (const { sql, params } of asked)
          for (const { detail } of await engine.db.all(`EXPLAIN QUERY PLAN ${sql}`, params))
            if (scan.test(String(detail))) scans.push(`${String(detail)}: ${sql}`);
      return { text, read, scans };
    },
    async stop() {
      await stopServing(server, 0);
      await millrace.stop();
      if (dialect === "mysql") await sequelize.close();
      await fresh.drop();
    },
  };
}
