import type { Outcome, StepContext, Write } from "../actions/index.js";
import { type RunnableVersion, runnableVersion } from "../automations/index.js";
import { type Cause, factsOf, type RecordRow, withRelated, workspaceById } from "../crm/index.js";
import { fromColumn, type Row, type Tx } from "../db/index.js";
import { type Event, getEvent } from "../events/index.js";
import type { Position } from "../graph/index.js";
import { iso } from "../shared/clock.js";
import type { JsonObject } from "../shared/json.js";
import type { ScopeParts } from "../templates/index.js";
import type { Engine } from "./engine.js";
import type { Reason, Run, RunState, RunStatus } from "./run.js";

/** One row of the step log as it will be stored. `n` counts the rows of a run from 1. */
export type StepRow = {
  n: number;
  position: Position;
  status: "running" | "success" | "failed" | "skipped" | "waiting" | "retrying";
  input: JsonObject | null;
  output: JsonObject | null;
  error: { code: string; message: string; retryable: boolean } | null;
  port: string | null;
  conditions: unknown;
  writes: Write[];
  startedAt: number;
  finishedAt: number | null;
};

/** What later steps may read of an earlier one. */
type StepFacts = { output: unknown; error: unknown; port: string | null };

/**
 * A claimed run in hand: everything between a claim and its next commit. Nothing here is stored until `saveWalks`; a
 * rolled-back walk is thrown away and opened anew from the claim.
 */
export type Walk = {
  readonly run: Run;
  readonly version: RunnableVersion;
  readonly event: Event;
  readonly timezone: string;
  readonly workspace: JsonObject;
  state: RunState;
  steps: Record<string, StepFacts>;
  /** Rows to insert, and rows stored before whose end is now known. */
  newRows: StepRow[];
  endedRows: StepRow[];
  failedSteps: number;
  /** Set once: the run is over, or rests until `wakeAt`. */
  finished: { status: RunStatus; reason: Reason | null; outputs?: JsonObject | null } | null;
  wakeAt: number | null;
  /** Not begun: it waits its turn behind an earlier run on the record. */
  behind: boolean;
  /** Records already read in this transaction, as the steps left them. */
  records: Map<string, RecordRow>;
};

/** What a run in hand may bring along: the event when this process has just relayed it. */
export type RunInHand = { run: Run; event?: Event };

/** Opens a walk over a claimed run. Null when its version is gone, which only a broken database can bring about. */
export async function openWalk(engine: Engine, { run, event }: RunInHand, tx?: Tx): Promise<Walk | null> {
  const version = await runnableVersion(engine, run.automationId, run.version, tx);
  const cause = event ?? (await getEvent(engine, run.workspaceId, run.eventId, tx));
  const workspace = await workspaceById(engine, run.workspaceId);
  if (!version || !cause || !workspace) return null;
  const { document } = version.plan;
  const walk: Walk = {
    run,
    version,
    event: cause,
    timezone: document.timezone ?? workspace.timezone,
    workspace: { id: workspace.id, slug: workspace.slug, name: workspace.name },
    state: run.state
      ? structuredClone(run.state)
      : { ready: version.plan.entry.map((key) => ({ key, iteration: "", attempt: 1 })), vars: { ...document.variables }, steps: 0 },
    steps: {},
    newRows: [],
    endedRows: [],
    failedSteps: run.failedSteps,
    finished: null,
    wakeAt: null,
    behind: false,
    records: new Map(),
  };
  if (walk.state.steps > 0) await recallSteps(engine, walk, tx);
  return walk;
}

/** Brings back what earlier claims did: outputs for later steps, and a try that a dead worker left open. */
async function recallSteps(engine: Engine, walk: Walk, tx?: Tx): Promise<void> {
  const rows = await engine.db.all("SELECT * FROM millrace_steps WHERE runId = ? ORDER BY n", [walk.run.id], tx);
  for (const row of rows) {
    const stored = readStepRow(row);
    if (stored.status !== "running") {
      walk.steps[stored.position.key] = { output: stored.output, error: stored.error, port: stored.port };
      continue;
    }
    // The call may or may not have gone out before the crash: it is repeated with the same key, and the log says so.
    const error = { code: "interrupted", message: "The worker stopped during this try. It is repeated with the same idempotency key.", retryable: true };
    walk.endedRows.push({ ...stored, status: "retrying", error, finishedAt: engine.clock.now() });
    const position = walk.state.ready.find((at) => at.key === stored.position.key && at.iteration === stored.position.iteration);
    if (position) position.attempt = stored.position.attempt + 1;
  }
  walk.state.steps = Math.max(walk.state.steps, Number(rows.at(-1)?.["n"] ?? 0));
}

type Facts = StepContext["facts"];

/** What conditions and templates of a step may read; `record` as it is now, `trigger.record` as it was. */
export async function factsFor(engine: Engine, walk: Walk, related: string[], tx?: Tx): Promise<Facts & ScopeParts> {
  const { run, event } = walk;
  const current = run.object && run.recordId ? walk.records.get(`${run.object}:${run.recordId}`) : undefined;
  const facts = current ? factsOf(current) : null;
  const record = facts && run.object && related.length > 0 ? await withRelated(engine, run.workspaceId, run.object, facts, related, tx) : facts;
  return {
    record,
    old: { ...(event.record ?? {}), ...Object.fromEntries(event.changes.map((change) => [change.field, change.old])) },
    changed: event.changes.map((change) => change.field),
    trigger: triggerFacts(event),
    inputs: run.inputs,
    steps: walk.steps,
    stepKeys: walk.version.plan.document.steps.map(({ key }) => key),
    vars: walk.state.vars,
    run: { id: run.id, startedAt: iso(run.startedAt), batchId: run.batchId },
    automation: { id: run.automationId, name: walk.version.name, version: run.version },
    workspace: walk.workspace,
    ...(event.actor.type === "user" ? { user: { id: event.actor.id, name: event.actor.name } } : {}),
    now: engine.clock.now(),
    timezone: walk.timezone,
  };
}

/** The event as rules and templates read it. */
export function triggerFacts(event: Event): JsonObject {
  return { ...event.data, kind: event.kind, name: event.name, at: iso(event.at), actor: event.actor, changes: event.changes, record: event.record };
}

/** In whose name the steps of this run write: the run, on behalf of its automation, with everything that led to it. */
export function causeOf(walk: Walk): Cause {
  const { run } = walk;
  return {
    actor: { type: "run", id: run.id, name: walk.version.name, automationId: run.automationId },
    lineage: run.lineage,
    ...(run.batchId ? { source: `batch:${run.batchId}` } : {}),
  };
}

/** Notes an outcome for the steps that follow. */
export function remember(walk: Walk, key: string, outcome: Outcome, port: string | null): void {
  walk.steps[key] = {
    output: outcome.type === "done" ? (outcome.output ?? {}) : null,
    error: outcome.type === "fail" ? outcome.error : null,
    port,
  };
}

/** A stored step row. */
export function readStepRow(row: Row): StepRow {
  return {
    n: Number(row["n"]),
    position: { key: String(row["key"]), iteration: String(row["iteration"]), attempt: Number(row["attempt"]) },
    status: row["status"] as StepRow["status"],
    input: fromColumn<JsonObject | null>(row["input"], null),
    output: fromColumn<JsonObject | null>(row["output"], null),
    error: fromColumn<StepRow["error"]>(row["error"], null),
    port: row["port"] as string | null,
    conditions: fromColumn<unknown>(row["conditions"], null),
    writes: fromColumn<Write[]>(row["writes"], []),
    startedAt: Number(row["startedAt"]),
    finishedAt: row["finishedAt"] === null ? null : Number(row["finishedAt"]),
  };
}
