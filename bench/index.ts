import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { updateRecord } from "../src/crm/index.js";
import { connect, type Database } from "../src/db/index.js";
import { relayEvents } from "../src/enrollments/index.js";
import { fillDatabase } from "./fill-database.js";
import { transactionsFloor } from "./floor.js";
import { byHand, endToEnd, latency } from "./job-a.js";
import { by, prepare, serveMillrace, someDeals } from "./job-a-millrace.js";
import { type Figure, figureText, median } from "./measure.js";
import { measureRules } from "./rules.js";

/**
 * Measures Millrace beside its floors on this machine, at least three times each, prints one table and writes
 * `bench/latest.json`. BENCH_MYSQL_URL names a MySQL or MariaDB server to make databases on; `--only job-a` picks parts.
 * `npm run bench -- fill` fills the database that DATABASE_URL names, and measures nothing.
 */
if (process.argv.includes("fill")) await fillDatabase();

const server = new URL(
  process.env["BENCH_MYSQL_URL"] ?? process.env["TEST_MYSQL_URL"] ?? "mysql://root@127.0.0.1:3306/mysql",
);
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;
const repetitions = Number(process.env["BENCH_REPETITIONS"] ?? 3);
const deals = Number(process.env["BENCH_DEALS"] ?? 2_000);
const figures: Figure[] = [];
const admin = connect(server.href);

function note(name: string, unit: string, value: number): void {
  const figure = figures.find((known) => known.name === name);
  if (figure) figure.values.push(value);
  else figures.push({ name, unit, values: [value] });
  console.log(`${name}: ${value.toFixed(value >= 100 ? 0 : 2)} ${unit}`);
}

async function onFreshDatabase(work: (url: string, db: Database) => Promise<void>): Promise<void> {
  const name = `millrace_bench_${Date.now()}`;
  await admin.run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const url = new URL(server.href);
  url.pathname = `/${name}`;
  const db = connect(url.href);
  try {
    await work(url.href, db);
  } finally {
    await db.sequelize.close();
    await admin.run(`DROP DATABASE ${name}`);
  }
}

const parts: Record<string, () => Promise<void>> = {
  floor: () =>
    onFreshDatabase(async (url) => {
      note("floor: transactions, 1 connection", "/s", await transactionsFloor(url, 1, 1, 2));
      note("floor: transactions, 8 connections", "/s", await transactionsFloor(url, 8, 1, 2));
      note("floor: units, 50 a transaction", "/s", await transactionsFloor(url, 1, 50, 2));
    }),
  "job-a": async () => {
    await onFreshDatabase(async (url, db) => {
      const target = await byHand(db, url, deals);
      note("job A by hand, end to end", "/s", await endToEnd(target));
      target.child.disconnect();
    });
    await onFreshDatabase(async (url, db) => {
      const { ids, key, workspaceId, millrace } = await prepare(url, deals);
      const tasks = async () => Number((await db.one("SELECT COUNT(*) AS n FROM crm_tasks"))?.["n"] ?? 0);
      await relayEvents(millrace.engine);
      const target = await serveMillrace(url, key, ids, tasks);
      note("job A, end to end", "/s", await endToEnd(target));
      const { p50, p99 } = await latency(target, await someDeals(millrace.engine, workspaceId, 50));
      note("job A, answer to task, p50", "ms", p50);
      note("job A, answer to task, p99", "ms", p99);
      target.child.kill("SIGTERM");
      await millrace.stop();
    });
  },
  backlog: () =>
    onFreshDatabase(async (url) => {
      const { ids, workspaceId, millrace } = await prepare(url, deals);
      const { engine } = millrace;
      await relayEvents(engine);
      for (const id of ids) await updateRecord(engine, workspaceId, "deal", id, { stage: "won" }, { actor: by });
      const start = performance.now();
      await relayEvents(engine);
      note("waiting events to finished runs", "/s", deals / ((performance.now() - start) / 1_000));
      await millrace.stop();
    }),
  rules: () =>
    onFreshDatabase(async (url) => {
      const { workspaceId, millrace } = await prepare(url, 1);
      const { build, event, follow, candidates } = await measureRules(millrace.engine, workspaceId, 10_000);
      note("rules: index of 10,000 automations", "ms", build);
      note(`rules: one event, ${candidates} candidates explained`, "ms", event);
      note("rules: following a publication", "ms", follow);
      await millrace.stop();
    }),
};

if (only !== undefined && !Object.hasOwn(parts, only)) {
  console.error(`There is no part "${only}" to measure. Parts: ${Object.keys(parts).join(", ")}.`);
  process.exit(1);
}
for (let round = 0; round < repetitions; round++) {
  for (const [name, part] of Object.entries(parts)) if (!only || only === name) await part();
}
await admin.sequelize.close();

const width = Math.max(...figures.map(({ name }) => name.length));
console.log(
  `\n${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores; median (least–most) of ${repetitions}\n`,
);
for (const figure of figures) console.log(`${figure.name.padEnd(width)}  ${figureText(figure)} ${figure.unit}`);
const [mine, hand] = ["job A, end to end", "job A by hand, end to end"].map((name) =>
  figures.find((figure) => figure.name === name),
);
if (mine && hand)
  console.log(`\njob A is ${(median(mine.values) / median(hand.values)).toFixed(2)} of the same by hand`);
mkdirSync("bench", { recursive: true });
writeFileSync("bench/latest.json", `${JSON.stringify({ at: new Date().toISOString(), figures }, null, 2)}\n`);
process.exit(0);
