import { DateTime } from "luxon";
import type { ActiveVersion } from "../automations/index.js";
import type { Workspace } from "../crm/index.js";
import { marks, type Tx } from "../db/index.js";
import { hasEntered } from "../retention/index.js";
import { type Engine, endRun, type Reason, readRun, unfinished } from "../runs/index.js";
import { holdBudgets, monthlyReason, monthOf, startedInMonth, takeFromRate } from "./limits.js";
import { tellOfUse } from "./tell-of-use.js";

/** A record at the door: what it wants to enter, and, once decided, whether it may and when. */
export type Entry = {
  active: ActiveVersion;
  workspace: Workspace;
  eventId: string;
  record: { object: string; id: string } | null;
  refused: Reason | null;
  startAt: { at: number; reason: Reason | null } | null;
};

/** `entry` stands for a run that this very call is about to start. */
type Earlier = { id: string; status: string; queuedAt: number; entry?: Entry };

/**
 * Decides by the past, in the order of the specification: duplicate, re-enrollment, concurrency, rate, monthly limit.
 * Entries of one call count for each other. The rows that decide stay locked until `tx` ends, so that two processes
 * deciding at once come to what one would have.
 */
export async function admit(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  await refuseDuplicates(engine, open(entries), tx);
  const guarded = open(entries).filter((entry) => needsPast(entry.active));
  if (guarded.length > 0) await decideByPast(engine, guarded, tx);
  await decideByMonth(engine, open(entries), tx);
  await decideByRate(engine, open(entries), tx);
}

const open = (entries: Entry[]) => entries.filter((entry) => !entry.refused);

async function refuseDuplicates(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  if (entries.length === 0) return;
  const automations = [...new Set(entries.map((entry) => entry.active.automationId))];
  const events = [...new Set(entries.map((entry) => Number(entry.eventId)))];
  const rows = await engine.db.all(
    `SELECT automationId, eventId FROM millrace_runs WHERE automationId IN (${marks(automations)}) AND eventId IN (${marks(events)})`,
    [...automations, ...events],
    tx,
  );
  const taken = new Set(rows.map((row) => `${row["automationId"]}/${row["eventId"]}`));
  for (const entry of entries) {
    if (taken.has(`${entry.active.automationId}/${entry.eventId}`))
      entry.refused = { code: "duplicate", message: "This event has started this automation already." };
  }
}

function needsPast({ document: { enrollment } }: ActiveVersion): boolean {
  return (enrollment?.reenter ?? "always") !== "always" || (enrollment?.concurrency ?? "parallel") !== "parallel";
}

async function decideByPast(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  const automations = [...new Set(entries.map((entry) => entry.active.automationId))].sort();
  // Whoever decides about one of these automations at the same time waits here; ids in order, so nobody deadlocks.
  if (!engine.db.oneWriter)
    await engine.db.all(
      `SELECT id FROM millrace_automations WHERE id IN (${marks(automations)}) ORDER BY id FOR UPDATE`,
      automations,
      tx,
    );
  const earlier = new Map<string, Earlier[]>();
  for (const entry of entries) {
    const place = `${entry.active.automationId}/${entry.record?.object ?? ""}/${entry.record?.id ?? ""}`;
    const runs = earlier.get(place) ?? (await earlierRuns(engine, entry, tx));
    earlier.set(place, runs);
    await decideOne(engine, entry, runs, tx);
    if (!entry.refused) runs.unshift({ id: "", status: "queued", queuedAt: engine.clock.now(), entry });
  }
}

async function earlierRuns(engine: Engine, { active, record }: Entry, tx: Tx): Promise<Earlier[]> {
  const rows = await engine.db.all(
    `SELECT id, status, queuedAt FROM millrace_runs WHERE automationId = ? AND object ${record ? "= ?" : "IS NULL"} AND recordId ${record ? "= ?" : "IS NULL"} AND status <> 'skipped' AND replay = 0 ORDER BY id DESC LIMIT 200`,
    record ? [active.automationId, record.object, record.id] : [active.automationId],
    tx,
  );
  return rows.map((row) => ({
    id: String(row["id"]),
    status: String(row["status"]),
    queuedAt: Number(row["queuedAt"]),
  }));
}

async function decideOne(engine: Engine, entry: Entry, runs: Earlier[], tx: Tx): Promise<void> {
  const { reenter = "always", concurrency = "parallel" } = entry.active.document.enrollment ?? {};
  const active = runs.filter((run) => unfinished.some((status) => status === run.status));
  const last = runs[0];
  const refuse = (code: string, message: string) => {
    entry.refused = { code, message, details: { earlierRun: last?.id || null, policy: reenter as string } };
  };
  if (reenter === "once" && (last || (await hasEntered(engine.db, entry.active.automationId, entry.record, tx))))
    return refuse("reenter", "This record has been in this automation before, and may enter once only.");
  if (reenter === "afterFinish" && active.length > 0)
    return refuse("reenter", "This record is still in this automation; it may enter again when that run is over.");
  if (typeof reenter === "object") {
    const zone = entry.active.document.timezone ?? entry.workspace.timezone;
    const since = DateTime.fromMillis(engine.clock.now(), { zone }).startOf(reenter.per).toMillis();
    if (runs.some((run) => run.queuedAt >= since))
      return refuse("reenter", `This record has entered this automation this ${reenter.per} already.`);
  }
  if (active.length === 0 || concurrency === "parallel") return;
  if (concurrency === "drop") {
    entry.refused = {
      code: "concurrency",
      message: "A run of this automation on this record is still under way.",
      details: { earlierRun: active[0]?.id || null, policy: concurrency },
    };
  } else if (concurrency === "queue") {
    // Looked at again by itself after a minute, should the end of the earlier run not wake it.
    entry.startAt = {
      at: engine.clock.now() + 60_000,
      reason: {
        code: "concurrency",
        message: "Waits for the earlier run on this record to end.",
        details: { earlierRun: active[0]?.id || null },
      },
    };
  } else {
    for (const run of active) await replace(engine, run, entry, tx);
  }
}

async function replace(engine: Engine, run: Earlier, by: Entry, tx: Tx): Promise<void> {
  const reason = {
    code: "replaced",
    message: "A newer start on the same record took its place.",
    details: { eventId: by.eventId },
  };
  run.status = "cancelled";
  if (run.entry) {
    run.entry.refused = reason;
    return;
  }
  const row = await engine.db.one("SELECT * FROM millrace_runs WHERE id = ?", [run.id], tx);
  if (row) await endRun(engine, readRun(row), reason, tx);
}

async function decideByMonth(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  const asked = budgets(entries, "runsPerMonth");
  if (asked.length === 0) return;
  const scopes = asked.map(({ scope }) => scope);
  await holdBudgets(engine, scopes, tx);
  const used = await usedBefore(engine, asked, tx);
  const before = new Map(used);
  const drawn = new Map<Entry, Budget[]>();
  for (const budget of asked)
    for (const entry of budget.members) drawn.set(entry, [...(drawn.get(entry) ?? []), budget]);
  // An automation's own budget decides before its workspace's, and none is used up by a run that does not start.
  for (const entry of entries) {
    const all = drawn.get(entry) ?? [];
    const full = all.find(({ scope, limit }) => (used.get(scope) ?? 0) >= limit);
    if (full) entry.refused = refusal(engine, entry, full, used.get(full.scope) ?? 0);
    else for (const { scope } of all) used.set(scope, (used.get(scope) ?? 0) + 1);
  }
  for (const { scope, of, limit, members } of asked)
    if (members[0])
      await tellOfUse(
        engine,
        members[0],
        of,
        { before: before.get(scope) ?? 0, after: used.get(scope) ?? 0, limit },
        tx,
      );
}

/** What was started this month under each budget, by scope. */
async function usedBefore(engine: Engine, asked: Budget[], tx: Tx): Promise<Map<string, number>> {
  const used = new Map<string, number>();
  const workspaces = new Map(asked.flatMap(({ members }) => members.map(({ workspace }) => [workspace.id, workspace])));
  for (const workspace of workspaces.values()) {
    const mine = asked.filter(({ members }) => members[0]?.workspace.id === workspace.id);
    const ids = mine.map(({ id }) => id);
    const started = await startedInMonth(engine, workspace, ids, tx);
    for (const { scope, id } of mine) used.set(scope, started.get(id) ?? 0);
  }
  return used;
}

function refusal(engine: Engine, { workspace }: Entry, { of, limit }: Budget, count: number): Reason {
  const { resetsAt } = monthOf(engine.clock.now(), workspace.timezone);
  return monthlyReason(of, limit, count, resetsAt, workspace.timezone);
}

async function decideByRate(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  for (const { scope, of, limit, members } of budgets(entries, "perMinute")) {
    const now = engine.clock.now();
    const instants = await takeFromRate(engine, scope, members.length, limit, tx);
    members.forEach((entry, position) => {
      const at = instants[position] ?? now;
      if (at <= (entry.startAt?.at ?? now)) return;
      entry.startAt = {
        at,
        reason: {
          code: "rate",
          message: `At most ${limit} runs a minute start in this ${of}; this one waits its turn.`,
          details: { limit, startsAt: new Date(at).toISOString() },
        },
      };
    });
  }
}

type Budget = { scope: string; id: string; of: "automation" | "workspace"; limit: number; members: Entry[] };

/** The budgets that entries draw on, in a fixed order, so that two processes lock their counters alike. */
function budgets(entries: Entry[], kind: "runsPerMonth" | "perMinute"): Budget[] {
  const found = new Map<string, Budget>();
  const draw = (id: string, of: Budget["of"], limit: number | undefined, entry: Entry) => {
    if (limit === undefined) return;
    const scope = `${of}:${id}`;
    const budget = found.get(scope) ?? { scope, id, of, limit, members: [] };
    budget.members.push(entry);
    found.set(scope, budget);
  };
  for (const entry of entries) {
    draw(entry.active.automationId, "automation", entry.active.document.limits?.[kind], entry);
    draw(entry.workspace.id, "workspace", entry.workspace.settings.limits?.[kind], entry);
  }
  return [...found.values()].sort((a, b) => (a.scope < b.scope ? -1 : 1));
}
