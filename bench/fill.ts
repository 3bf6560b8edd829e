import { activate, createAutomation, publish } from "../src/automations/index.js";
import { rebuildCounts } from "../src/counts/index.js";
import { type Actor, createRecord, createWorkspace, updateRecord } from "../src/crm/index.js";
import type { Row } from "../src/db/index.js";
import { relayEvents, startBatch } from "../src/enrollments/index.js";
import type { Document } from "../src/graph/index.js";
import { advanceDueRuns, type Engine } from "../src/runs/index.js";
import { copyRows, type RowSql, rowSql } from "./copy-rows.js";

/** How much a database is filled with. Half of the automations lie in the first workspace, half of the runs are of the first automation. */
export type Sizes = {
  workspaces: number;
  automations: number;
  events: number;
  /** Runs that are over. More runs than events: the rest are replays. */
  runs: number;
  /** Runs that wait for an event, each with its wait. */
  waits: number;
  records: number;
  batches: number;
};

/** What `npm run bench -- fill` makes unless FILL_RUNS and others say otherwise. */
export const fullSize: Sizes = {
  workspaces: 1_000,
  automations: 10_000,
  events: 1_200_000,
  runs: 1_500_000,
  waits: 50_000,
  records: 100_000,
  batches: 200,
};

/** Where the filled part of a database can be looked at. */
export type Filled = { workspaceId: string; slug: string; automationId: string; by: Actor };

/** The history reaches back so far. */
const DAYS = 60;
const by: Actor = { type: "system", id: null, name: "Fill" };

/** Marks a deal, waits for an answer, plans a call. */
const document: Document = {
  object: "deal",
  triggers: [{ key: "won", kind: "record.updated", fields: ["stage"], to: "won" }],
  conditions: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 1_000 }] },
  steps: [
    { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } }, next: { success: "hear" } },
    {
      key: "hear",
      kind: "wait_for_event",
      config: { event: "answered", timeout: "300d" },
      next: { received: "call", timeout: "end" },
    },
    { key: "call", kind: "task.create", config: { title: "Call {{ record.name }}" }, next: { success: "end" } },
  ],
};

/** The rows that all others are made after. */
type Patterns = {
  workspace: Row;
  automation: Row;
  version: Row;
  deal: Row;
  event: Row;
  batch: Row;
  /** A run that waits, its steps and its wait. */
  run: Row;
  steps: Row[];
  waits: Row[];
};

/**
 * Fills a database that is up to date: one workspace, one automation and two runs are made the usual way, all others
 * after their pattern by INSERT … SELECT, spread over the 60 days before the engine's now.
 */
export async function fill(engine: Engine, sizes: Sizes): Promise<Filled> {
  const slug = `filled-${Date.now().toString(36)}`;
  const workspace = await createWorkspace(engine, { slug, name: "Filled", timezone: "Europe/Berlin" });
  const patterns = await makePatterns(engine, workspace.id);
  const world = worldOf(engine, sizes, patterns);
  await fillWorld(engine, sizes, patterns, world);
  await fillHistory(engine, sizes, patterns, world);
  await rebuildCounts(engine);
  if (engine.db.dialect === "mysql")
    await engine.db.all(
      "ANALYZE TABLE millrace_runs, millrace_steps, millrace_events, millrace_waits, millrace_automations, millrace_counts",
    );
  else await engine.db.run("ANALYZE");
  return { workspaceId: workspace.id, slug, automationId: String(patterns.automation["id"]), by };
}

async function makePatterns(engine: Engine, workspaceId: string): Promise<Patterns> {
  const { db } = engine;
  const made = await createAutomation(engine, workspaceId, { name: "Won deals", form: "graph", document }, by);
  await publish(engine, workspaceId, made.id, null, by);
  await activate(engine, workspaceId, made.id);
  const drain = async () => {
    while ((await relayEvents(engine)) + (await advanceDueRuns(engine)) + (await engine.inHand.atRest()) > 0);
  };
  const deal = await createRecord(engine, workspaceId, "deal", { name: "Northwind", amount: 12_000 }, { actor: by });
  await updateRecord(engine, workspaceId, "deal", deal.id, { stage: "won" }, { actor: by });
  await drain();
  const one = async (table: string, where: string, value: string | number): Promise<Row> => {
    const row = await db.one(`SELECT * FROM ${table} WHERE ${where} = ? LIMIT 1`, [value]);
    if (!row) throw new Error(`The pattern for ${table} was not made.`);
    return row;
  };
  const run = await one("millrace_runs", "automationId", made.id);
  const id = String(run["id"]);
  await startBatch(engine, workspaceId, made.id, [deal.id], {}, by);
  await drain();
  return {
    workspace: await one("millrace_workspaces", "id", workspaceId),
    automation: await one("millrace_automations", "id", made.id),
    version: await one("millrace_versions", "automationId", made.id),
    deal: await one("crm_deals", "id", deal.id),
    event: await one("millrace_events", "id", Number(run["eventId"])),
    batch: await one("millrace_batches", "automationId", made.id),
    run,
    steps: await db.all("SELECT * FROM millrace_steps WHERE runId = ? ORDER BY n", [id]),
    waits: await db.all("SELECT * FROM millrace_waits WHERE runId = ?", [id]),
  };
}

/** Which row belongs to which, as SQL over its number. */
type World = {
  sql: RowSql;
  firstEvent: number;
  workspace(n: string): string;
  workspaceOf(automation: string): string;
  automation(n: string): string;
  /** The automation an event starts. */
  automationOf(event: string): string;
  deal(n: string): string;
  batch(n: string): string;
  /** When an event happened. */
  at(event: string): string;
};

function worldOf({ db, clock }: Engine, sizes: Sizes, { workspace, automation, deal, event, batch }: Patterns): World {
  const sql = rowSql(db);
  const start = clock.now() - DAYS * 86_400_000;
  const every = Math.max(1, Math.floor((DAYS * 86_400_000) / sizes.events));
  const named = (pattern: Row, place: number) => (n: string) =>
    `CASE WHEN ${n} = 0 THEN '${String(pattern["id"])}' ELSE ${sql.id(String(start - 86_400_000 * place), n)} END`;
  const workspaceId = named(workspace, 1);
  return {
    sql,
    firstEvent: Number(event["id"]) + 1_000_000,
    workspace: workspaceId,
    workspaceOf: (n) => workspaceId(`(CASE WHEN ${n} % 2 = 0 THEN 0 ELSE ${n} % ${sizes.workspaces} END)`),
    automation: named(automation, 2),
    automationOf: (n) => `(CASE WHEN ${n} % 2 = 0 THEN 0 ELSE ${n} % ${sizes.automations} END)`,
    deal: named(deal, 3),
    batch: named(batch, 4),
    at: (n) => `(${start} + ${n} * ${every})`,
  };
}

async function fillWorld({ db }: Engine, sizes: Sizes, patterns: Patterns, world: World): Promise<void> {
  const name = (text: string) => (db.dialect === "mysql" ? `CONCAT('${text} ', n)` : `'${text} ' || n`);
  const slug = String(patterns.workspace["slug"]);
  await copyRows(
    db,
    "millrace_workspaces",
    patterns.workspace,
    {
      id: world.workspace("n"),
      slug: db.dialect === "mysql" ? `CONCAT('${slug}-', n)` : `'${slug}-' || n`,
      name: name("Filled"),
    },
    { from: 1, to: sizes.workspaces },
  );
  const automation = { id: world.automation("n"), workspaceId: world.workspaceOf("n"), name: name("Automation") };
  await copyRows(db, "millrace_automations", patterns.automation, automation, { from: 1, to: sizes.automations });
  const version = { automationId: world.automation("n") };
  await copyRows(db, "millrace_versions", patterns.version, version, { from: 1, to: sizes.automations });
  await copyRows(
    db,
    "crm_deals",
    patterns.deal,
    { id: world.deal("n"), workspaceId: world.workspace("0"), name: name("Deal") },
    { from: 1, to: sizes.records },
  );
  await copyRows(
    db,
    "millrace_batches",
    { ...patterns.batch, total: Math.ceil(sizes.runs / 20 / Math.max(1, sizes.batches)) },
    { id: world.batch("n") },
    { from: 1, to: sizes.batches },
  );
}

/** How a run ended, by a number below 100: the columns that differ from a run that completed. */
const ends: { from: number; to: number; values: Row }[] = [
  { from: 0, to: 70, values: { status: "completed" } },
  { from: 70, to: 80, values: failed("smtp_refused") },
  { from: 80, to: 85, values: failed("record_gone") },
  { from: 85, to: 95, values: { status: "skipped", ...reasonOf("monthly_limit"), startedAt: null } },
  { from: 95, to: 100, values: { status: "cancelled", ...reasonOf("cancelled") } },
];

function failed(code: string): Row {
  return { status: "failed", failedSteps: 1, ...reasonOf(code) };
}

function reasonOf(code: string): Row {
  return {
    reasonCode: code,
    reason: JSON.stringify({ code, message: `Filled in: ${code}.`, details: { step: "call" } }),
  };
}

async function fillHistory({ db }: Engine, sizes: Sizes, patterns: Patterns, world: World): Promise<void> {
  const { sql, firstEvent } = world;
  const place = (event: string) => ({
    workspaceId: world.workspaceOf(world.automationOf(event)),
    recordId: world.deal(`(${event} % ${sizes.records})`),
  });
  await copyRows(
    db,
    "millrace_events",
    patterns.event,
    { id: `${firstEvent} + n`, ...place("n"), at: world.at("n"), relayedAt: `${world.at("n")} + 5` },
    { to: sizes.events },
  );
  const event = `(n % ${sizes.events})`;
  const replay = sql.div("n", sizes.events);
  const at = `(${world.at(event)} + ${replay})`;
  const id = sql.id(at, "n");
  const own = {
    id,
    ...place(event),
    automationId: world.automation(world.automationOf(event)),
    eventId: `${firstEvent} + ${event}`,
    replay,
    queuedAt: at,
    day: sql.day(at),
    startedAt: at,
  };
  const { startedAt: _never, ...unstarted } = own;
  const kind = `((n * 7 + ${replay}) % 100)`;
  const inBatch = `CASE WHEN n % 20 = 0 THEN ${world.batch(`(${sql.div("n", 20)} % ${sizes.batches})`)} ELSE NULL END`;
  const over = { ...patterns.run, state: null, wakeAt: null, claims: 0, claimedBy: null };
  for (const { from, to, values } of ends) {
    const where = `${kind} >= ${from} AND ${kind} < ${to}`;
    const started = values["startedAt"] === null ? unstarted : own;
    await copyRows(
      db,
      "millrace_runs",
      { ...over, ...values },
      { ...started, finishedAt: `${at} + 5 + n % 9000`, batchId: inBatch },
      { to: sizes.runs, where },
    );
  }
  for (const step of patterns.steps) {
    const ended = { ...step, status: "success" };
    const own = { runId: id, startedAt: at, finishedAt: `${at} + 5` };
    await copyRows(db, "millrace_steps", ended, own, { to: sizes.runs, where: `NOT (${kind} >= 85 AND ${kind} < 95)` });
  }
  const rests = { from: sizes.runs, to: sizes.runs + sizes.waits };
  const waiting = { ...own, replay: "100 + n" };
  await copyRows(db, "millrace_runs", patterns.run, waiting, rests);
  for (const step of patterns.steps) await copyRows(db, "millrace_steps", step, { runId: id, startedAt: at }, rests);
  for (const wait of patterns.waits) {
    const { recordId, workspaceId } = place(event);
    const ofWorkspace = "workspaceId" in wait ? { workspaceId } : {};
    const own = { runId: id, token: id, recordId, createdAt: at, ...ofWorkspace };
    await copyRows(db, "millrace_waits", wait, own, rests);
  }
}
