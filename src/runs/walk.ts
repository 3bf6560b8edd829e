import type { Outcome, StepContext, Write } from "../actions/index.js";
import { type RunnableVersion, runnableVersion } from "../automations/index.js";
import { type Cause, factsOf, type RecordRow, withRelated, workspaceById } from "../crm/index.js";
import { fromColumn, type Row, type Tx } from "../db/index.js";
import { type Event, getEvent } from "../events/index.js";
import type { Position, Step } from "../graph/index.js";
import { iso } from "../shared/clock.js";
import type { JsonObject } from "../shared/json.js";
import type { ScopeParts } from "../templates/index.js";
import type { Engine } from "./engine.js";
import { loopFacts } from "./loop-facts.js";
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
  newWaits: NewWait[];
  /** Waits that are over; their rows go. */
  endedWaits: { key: string; iteration: string }[];
  /** The items of loops under way, by row of the step log. */
  items: Map<number, unknown[]>;
  failedSteps: number;
  /** Set once: the run is over, or rests until `wakeAt`. */
  finished: { status: RunStatus; reason: Reason | null; outputs?: JsonObject | null } | null;
  wakeAt: number | null;
  /** The instant of the commit in hand, milliseconds. */
  now(): number;
  /** Not begun: it waits its turn behind an earlier run on the record. */
  behind: boolean;
  /** Records already read in this transaction, as the steps left them. */
  records: Map<string, RecordRow>;
};

/** A row of `millrace_waits` to be written: what would answer, and until when. */
export type NewWait = { key: string; iteration: string; kind: string; token: string; object: string | null; recordId: string | null; eventKind: string | null; details: JsonObject; wakeAt: number };

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
      : beginning(version),
    steps: {},
    ...nothingToStore(),
    items: new Map(),
    failedSteps: run.failedSteps,
    finished: null,
    wakeAt: null,
    behind: false,
    now: () => engine.clock.now(),
    records: new Map(),
  };
  if (walk.state.steps > 0) await recallSteps(engine, walk, tx);
  return walk;
}

/** The state of a run that has not begun. */
export function beginning({ plan }: RunnableVersion): RunState {
  return { ready: plan.entry.map((key) => ({ key, iteration: "", attempt: 1 })), arrivals: {}, loops: [], vars: { ...plan.document.variables }, steps: 0 };
}

/** A run that gets on is not one that kills its workers: crashes are counted anew for the step it has come to. */
export function gotOn(run: Run): Run {
  return { ...run, claims: Math.min(run.claims, 2) };
}

/** The same run with nothing left to store, under a claim that has just proved alive; records are read anew. */
export function afterCommit(walk: Walk): Walk {
  return { ...walk, run: gotOn(walk.run), state: structuredClone(walk.state), steps: { ...walk.steps }, ...nothingToStore(), records: new Map() };
}

function nothingToStore(): Pick<Walk, "newRows" | "endedRows" | "newWaits" | "endedWaits"> {
  return { newRows: [], endedRows: [], newWaits: [], endedWaits: [] };
}

/** The effects a run stands before: their rows are stored as `running` before the calls go out. */
export function announced(walk: Walk): { step: Step; row: StepRow }[] {
  return walk.newRows.flatMap((row) => {
    const step = row.status === "running" ? walk.version.plan.steps.get(row.position.key) : undefined;
    return step ? [{ step, row }] : [];
  });
}

/** The next row of the step log, not yet among those to store. */
export function newRow(walk: Walk, { key, iteration, attempt }: Position, startedAt: number): StepRow {
  walk.state.steps += 1;
  return { n: walk.state.steps, position: { key, iteration, attempt }, status: "running", input: null, output: null, error: null, port: null, conditions: null, writes: [], startedAt, finishedAt: null };
}

/** Brings back what earlier claims did: outputs for later steps, items of loops, answers, and tries a dead worker left open. */
async function recallSteps(engine: Engine, walk: Walk, tx?: Tx): Promise<void> {
  const { run, state } = walk;
  const rows = await engine.db.all(
    `SELECT s.* FROM millrace_steps s WHERE s.runId = ? AND (s.status = 'running' OR s.n IN (SELECT MAX(n) FROM millrace_steps WHERE runId = ? GROUP BY \`key\`)) ORDER BY s.n`,
    [run.id, run.id],
    tx,
  );
  for (const row of rows) {
    const stored = readStepRow(row);
    if (state.loops.some(({ n }) => n === stored.n)) walk.items.set(stored.n, (stored.input?.["items"] as unknown[] | undefined) ?? []);
    if (stored.status !== "running") {
      walk.steps[stored.position.key] = { output: stored.output, error: stored.error, port: stored.port };
      continue;
    }
    // The call may or may not have gone out before the crash: it is repeated with the same key, and the log says so.
    const error = { code: "interrupted", message: "The worker stopped during this try. It is repeated with the same idempotency key.", retryable: true };
    walk.endedRows.push({ ...stored, status: "retrying", error, finishedAt: engine.clock.now() });
    const position = state.ready.find((at) => at.key === stored.position.key && at.iteration === stored.position.iteration);
    if (position) position.attempt = stored.position.attempt + 1;
  }
  if (state.ready.some(({ wait }) => wait?.token)) await recallAnswers(engine, walk, tx);
}

async function recallAnswers(engine: Engine, { run, state }: Walk, tx?: Tx): Promise<void> {
  const rows = await engine.db.all("SELECT token, answer FROM millrace_waits WHERE runId = ? AND answer IS NOT NULL", [run.id], tx);
  for (const row of rows) {
    const place = state.ready.find(({ wait }) => wait?.token === row["token"]);
    if (place?.wait) place.wait.answer = fromColumn(row["answer"], { port: "success", output: {} });
  }
}

type Facts = StepContext["facts"];

/** What conditions and templates of a step may read; `record` as it is now, `trigger.record` as it was. */
export async function factsFor(engine: Engine, walk: Walk, related: string[], tx?: Tx, iteration = ""): Promise<Facts & ScopeParts> {
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
    ...loopFacts(walk, iteration),
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
