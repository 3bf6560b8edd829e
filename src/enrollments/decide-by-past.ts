import { DateTime } from "luxon";
import { marks, type Param, sqlDialect, type Tx } from "../db/index.js";
import { hasEntered } from "../retention/index.js";
import { type Engine, endRun, type RunStatus, readRun, unfinished } from "../runs/index.js";
import type { Entry } from "./entry.js";

/** `entry` stands for a run that this very call is about to start. */
type Earlier = { id: string; status: RunStatus; queuedAt: number; entry?: Entry };

/**
 * Decides by what a record has done in an automation before: re-enrollment, then concurrency. The automations stay locked
 * until `tx` ends, so that two who decide at once come to what one would have; so does the last of each queue.
 */
export async function decideByPast(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  const guarded = entries.filter(({ active: { document } }) => {
    const { reenter = "always", concurrency = "parallel" } = document.enrollment ?? {};
    return reenter !== "always" || concurrency !== "parallel";
  });
  if (guarded.length === 0) return;
  const automations = [...new Set(guarded.map(({ active }) => active.automationId))].sort();
  // Ids in order, so nobody deadlocks.
  await engine.db.all(
    `SELECT id FROM millrace_automations WHERE id IN (${marks(automations)}) ORDER BY id${sqlDialect(engine.db).forUpdate}`,
    automations,
    tx,
  );
  const earlier = new Map<string, Earlier[]>();
  for (const automationId of automations) await readEarlier(engine, ofOne(guarded, automationId), earlier, tx);
  for (const entry of guarded) {
    const runs = earlier.get(placeOf(entry)) ?? [];
    earlier.set(placeOf(entry), runs);
    await decideOne(engine, entry, runs, tx);
    if (!entry.refused) runs.unshift({ id: "", status: "queued", queuedAt: engine.clock.now(), entry });
  }
}

const ofOne = (entries: Entry[], automationId: string) =>
  entries.filter(({ active }) => active.automationId === automationId);

const placeOf = ({ active, record }: Entry) => `${active.automationId}/${record?.id ?? ""}`;

const policyOf = ({ active }: Entry) => active.document.enrollment ?? {};

/** Since when an earlier run keeps a record out: ever, since a day, week or month began, or only while under way. */
function sinceOf(engine: Engine, { active, workspace }: Entry): number {
  const { reenter = "always" } = active.document.enrollment ?? {};
  if (reenter === "once") return 0;
  if (typeof reenter !== "object") return Number.MAX_SAFE_INTEGER;
  const zone = active.document.timezone ?? workspace.timezone;
  return DateTime.fromMillis(engine.clock.now(), { zone }).startOf(reenter.per).toMillis();
}

/** The runs of one automation that count, of all records at once, newest first. A queue is asked for its end alone. */
async function readEarlier(engine: Engine, entries: Entry[], into: Map<string, Earlier[]>, tx: Tx): Promise<void> {
  const [first] = entries;
  const { reenter = "always", concurrency = "parallel" } = first ? policyOf(first) : {};
  if (!first || (reenter === "always" && concurrency === "queue")) return;
  const ids = [...new Set(entries.flatMap(({ record }) => record?.id ?? []))];
  const where = ids.length > 0 ? `recordId IN (${marks(ids)})` : "recordId IS NULL";
  const underWay = `status IN (${marks(unfinished)})`;
  const params: Param[] = [first.active.automationId, ...ids, ...unfinished];
  const since = sinceOf(engine, first);
  const rows = await engine.db.all(
    `SELECT id, recordId, status, queuedAt FROM millrace_runs WHERE automationId = ? AND ${where} AND replay = 0 AND ${
      since === Number.MAX_SAFE_INTEGER ? underWay : `(${underWay} OR (status <> 'skipped' AND queuedAt >= ?))`
    } ORDER BY id DESC`,
    since === Number.MAX_SAFE_INTEGER ? params : [...params, since],
    tx,
  );
  for (const row of rows) {
    const place = `${first.active.automationId}/${row["recordId"] ?? ""}`;
    const run = { id: String(row["id"]), status: row["status"] as RunStatus, queuedAt: Number(row["queuedAt"]) };
    into.set(place, [...(into.get(place) ?? []), run]);
  }
}

async function decideOne(engine: Engine, entry: Entry, runs: Earlier[], tx: Tx): Promise<void> {
  const { reenter = "always", concurrency = "parallel" } = policyOf(entry);
  const active = runs.filter((run) => unfinished.some((status) => status === run.status));
  const last = runs[0];
  const refuse = (code: string, message: string) => {
    entry.refused = { code, message, details: { earlierRun: last?.id || null, policy: reenter as string } };
  };
  if (reenter === "once" && (last || (await hasEntered(engine.db, entry.active.automationId, entry.record, tx))))
    return refuse("reenter", "This record has been in this automation before, and may enter once only.");
  if (reenter === "afterFinish" && active.length > 0)
    return refuse("reenter", "This record is still in this automation; it may enter again when that run is over.");
  if (typeof reenter === "object" && runs.some((run) => run.queuedAt >= sinceOf(engine, entry)))
    return refuse("reenter", `This record has entered this automation this ${reenter.per} already.`);
  if (active.length === 0) return;
  if (concurrency === "drop") {
    entry.refused = {
      code: "concurrency",
      message: "A run of this automation on this record is still under way.",
      details: { earlierRun: active[0]?.id || null, policy: concurrency },
    };
  }
  if (concurrency === "replace") for (const run of active) await replace(engine, run, entry, tx);
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
