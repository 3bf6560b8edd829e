import { type Automation, checkShape, getAutomation, getVersion, normalDocument } from "../automations/index.js";
import { type Actor, factsOf, getRecord, updateRecord, workspaceById } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import type { RecordedEffect } from "../effects/index.js";
import { consider, type Verdict } from "../enrollments/index.js";
import type { Event } from "../events/index.js";
import type { Document } from "../graph/index.js";
import { type Engine, type Reason, type Run, type StepRow, takeSteps, type Walk } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { invalid, notFound } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { pretendWalk } from "./pretend-walk.js";

/** What to simulate: a record, changes made to it first, inputs, and a document other than the stored draft. */
export type SimulationRequest = {
  recordId?: string | undefined;
  changes?: JsonObject | undefined;
  inputs?: JsonObject | undefined;
  document?: Document | undefined;
};

/** What a run would have done. Nothing was sent, and nothing stored. */
export type Simulation = {
  decision: "enrolled" | "refused";
  reason: Reason | null;
  conditions: Verdict["conditions"];
  status: Run["status"] | null;
  path: string[];
  steps: JsonObject[];
  diffs: { object: string; recordId: string; field: string; before: unknown; after: unknown }[];
  effects: RecordedEffect[];
  outputs: JsonObject | null;
  endsAt: string | null;
};

/** Thrown to undo everything a simulation wrote. */
class Undo extends Error {}

/**
 * Walks a document on a record by the very code that runs it, inside a transaction that is rolled back: effects are
 * recorded instead of sent, waits and retries are skipped on a clock of its own. 404 for an unknown record, 422 for
 * a document of the wrong shape.
 */
export async function simulate(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  request: SimulationRequest,
  by: Actor,
): Promise<Simulation> {
  const automation = await getAutomation(engine, workspaceId, automationId);
  const errors = request.document ? checkShape(request.document, "document") : [];
  if (errors.length > 0) throw invalid(errors);
  const document = request.document
    ? normalDocument(request.document)
    : (await getVersion(engine, automation)).document;
  let simulation: Simulation | undefined;
  await engine.db
    .inTransaction(async (tx) => {
      simulation = await walkThrough(apart(engine), automation, document, request, by, tx);
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  if (!simulation) throw new Error("The simulation came to no result.");
  return simulation;
}

/** The engine with a clock that can be moved, and bells that ring nowhere. */
function apart(engine: Engine): Engine & { skipTo(instant: number): void } {
  let ahead = 0;
  return {
    ...engine,
    clock: { now: () => engine.clock.now() + ahead },
    ring: () => undefined,
    ringAt: () => undefined,
    skipTo(instant) {
      ahead = Math.max(ahead, instant - engine.clock.now());
    },
  };
}

async function walkThrough(
  engine: ReturnType<typeof apart>,
  automation: Automation,
  document: Document,
  request: SimulationRequest,
  by: Actor,
  tx: Tx,
): Promise<Simulation> {
  const { workspaceId } = automation;
  const workspace = await workspaceById(engine, workspaceId);
  if (!workspace) throw notFound("workspace", workspaceId);
  const event = await pretendEvent(engine, automation, document, request, by, tx);
  const active = {
    automationId: automation.id,
    workspaceId,
    name: automation.name,
    form: automation.form,
    version: automation.latestVersion,
    document,
    activatedAt: 0,
  };
  const asManual = { ...active, document: { ...document, triggers: [{ key: "manual", kind: "manual" }] } };
  const verdict = await consider(engine, event, event.kind === "manual" ? asManual : active, workspace, tx);
  const empty = { status: null, path: [], steps: [], diffs: [], effects: [], outputs: null, endsAt: null };
  if (verdict.refused)
    return { decision: "refused", reason: verdict.refused, conditions: verdict.conditions, ...empty };

  const walk = pretendWalk(engine, automation, document, event, workspace, request.inputs ?? {});
  const effects: RecordedEffect[] = [];
  const rows: StepRow[] = [];
  for (let rests = 0; !walk.finished && rests < 1_000; rests++) {
    walk.wakeAt = null;
    await takeSteps(engine, walk, tx, true, { record: effects });
    rows.push(...walk.newRows);
    for (const ended of walk.endedRows)
      Object.assign(rows.find((row) => row.n === ended.n) ?? {}, {
        ...ended,
        input: rows.find((row) => row.n === ended.n)?.input ?? null,
      });
    walk.newRows = [];
    walk.endedRows = [];
    if (walk.wakeAt !== null) engine.skipTo(walk.wakeAt);
  }
  return {
    decision: "enrolled",
    reason: walk.finished?.reason ?? null,
    conditions: verdict.conditions,
    status: walk.finished?.status ?? "waiting",
    path: rows.filter((row) => row.status !== "retrying").map((row) => row.position.key),
    steps: rows.map((row) => stepOf(walk, row)),
    diffs: diffsOf(rows),
    effects,
    outputs: walk.finished?.outputs ?? null,
    endsAt: iso(engine.clock.now()),
  };
}

/** The event the run would have come from: the given changes made for the length of the transaction, or a manual start. */
async function pretendEvent(
  engine: Engine,
  automation: Automation,
  document: Document,
  request: SimulationRequest,
  by: Actor,
  tx: Tx,
): Promise<Event> {
  const { workspaceId } = automation;
  const base = { id: "0", workspaceId, name: null, actor: by, lineage: [], source: null, at: engine.clock.now() };
  if (document.object === null || !request.recordId) {
    if (document.object !== null)
      throw invalid([{ path: "recordId", message: `Choose a ${document.object} to simulate on.` }]);
    return {
      ...base,
      kind: "manual",
      object: null,
      recordId: null,
      changes: [],
      record: null,
      data: { inputs: request.inputs ?? {} },
    };
  }
  const { object } = document;
  const record = await getRecord(engine, workspaceId, object, request.recordId, tx);
  if (!record) throw notFound(object, request.recordId);
  const data = { inputs: request.inputs ?? {} };
  if (!request.changes || Object.keys(request.changes).length === 0) {
    return { ...base, kind: "manual", object, recordId: record.id, changes: [], record: factsOf(record), data };
  }
  const changed = await updateRecord(engine, workspaceId, object, record.id, request.changes, { actor: by }, {}, tx);
  return {
    ...base,
    kind: "record.updated",
    object,
    recordId: record.id,
    changes: changed.changes,
    record: factsOf(changed.record),
    data,
  };
}

function stepOf(walk: Walk, row: StepRow): JsonObject {
  const step = walk.version.plan.steps.get(row.position.key);
  const { position, writes: _writes, startedAt, finishedAt, ...rest } = row;
  return {
    ...position,
    kind: step?.kind ?? "",
    name: step?.name ?? null,
    ...rest,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
  };
}

/** First value before and last value after, for each field the run would have changed. */
function diffsOf(rows: StepRow[]): Simulation["diffs"] {
  const diffs = new Map<string, Simulation["diffs"][number]>();
  const note = (object: string, recordId: string, field: string, before: unknown, after: unknown) => {
    const place = `${object}/${recordId}/${field}`;
    diffs.set(place, { object, recordId, field, before: diffs.has(place) ? diffs.get(place)?.before : before, after });
  };
  for (const { object, recordId, field, before, after } of rows.flatMap((row) => row.writes)) {
    if (field !== null) note(object, recordId, field, before ?? null, after ?? null);
    else if (after)
      for (const [name, value] of Object.entries(after as JsonObject))
        if (value !== null) note(object, recordId, name, null, value);
  }
  return [...diffs.values()];
}
