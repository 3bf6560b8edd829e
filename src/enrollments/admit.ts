import { marks, type Tx } from "../db/index.js";
import type { Engine, Reason } from "../runs/index.js";
import { decideByPast } from "./decide-by-past.js";
import type { Entry } from "./entry.js";
import { holdBudgets, monthlyReason, monthOf, startedInMonth } from "./limits.js";
import { lineUp } from "./queue.js";
import { lockRate, type Rate, saveRate, takeInstant } from "./rates.js";
import { tellOfUse } from "./tell-of-use.js";

/**
 * Decides by the past, in the order of the specification: duplicate, re-enrollment, concurrency, rate, monthly limit.
 * Entries of one call count for each other. The rows that decide stay locked until `tx` ends, so that two processes
 * deciding at once come to what one would have.
 */
export async function admit(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  await refuseDuplicates(engine, open(entries), tx);
  await decideByPast(engine, open(entries), tx);
  await decideByMonth(engine, open(entries), tx);
  await lineUp(engine, open(entries), tx);
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

/** A start waits until every limit that counts it has room; then it still waits its turn on its record. */
async function decideByRate(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  const now = engine.clock.now();
  const limits = budgets(entries, "perMinute");
  const rates = new Map<Budget, Rate>();
  for (const budget of limits) rates.set(budget, await lockRate(engine, budget.scope, budget.limit, tx));
  for (const entry of limits.length > 0 ? entries : []) {
    const mine = limits.filter(({ members }) => members.includes(entry));
    const at = takeInstant(
      mine.flatMap((budget) => rates.get(budget) ?? []),
      now,
    );
    const [by] = mine;
    if (at > now && by) entry.startAt = { at, reason: rateReason(by, at) };
  }
  for (const rate of rates.values()) await saveRate(engine, rate, tx);
}

function rateReason({ of, limit }: Budget, at: number): Reason {
  return {
    code: "rate",
    message: `At most ${limit} runs a minute start in this ${of}; this one waits its turn.`,
    details: { limit, startsAt: new Date(at).toISOString() },
  };
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
