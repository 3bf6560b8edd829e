import type { Automation } from "../automations/index.js";
import {
  type Actor,
  createRecord,
  deleteRecord,
  describeObject,
  factsOf,
  getRecord,
  type RecordRow,
  updateRecord,
} from "../crm/index.js";
import type { Tx } from "../db/index.js";
import { type Event, getEvent } from "../events/index.js";
import { type Document, eventKinds, triggerKinds } from "../graph/index.js";
import type { Engine } from "../runs/index.js";
import { invalid, notFound } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { didYouMean } from "../shared/nearest.js";
import type { GivenEvent, SimulationRequest } from "./simulation.js";

/** Where a simulation begins: which automation and document, by whom, and the record's values a saved test was made with. */
export type Beginning = {
  automation: Automation;
  document: Document;
  request: SimulationRequest;
  by: Actor;
  snapshot?: JsonObject | undefined;
};

/**
 * The event the simulated run comes from. What it says happened to the record is done to it, for the length of the
 * transaction. Without an event or changes it is a start by hand. 404 for a record or event that is not there.
 */
export async function pretendEvent(engine: Engine, from: Beginning, tx: Tx): Promise<Event> {
  const { automation, request, by } = from;
  const { event: given = {} } = request;
  if (given.id !== undefined) return storedEvent(engine, from, given.id, tx);
  const changes = { ...request.changes, ...given.changes };
  const kind = given.kind ?? (Object.keys(changes).length > 0 ? "record.updated" : "manual");
  checkKind(kind);
  const base: Event = {
    id: "0",
    workspaceId: automation.workspaceId,
    kind,
    name: given.name ?? null,
    object: null,
    recordId: null,
    actor: by,
    changes: [],
    record: null,
    data: dataOf(from, kind, given),
    lineage: [],
    source: null,
    at: engine.clock.now(),
  };
  const record = await recordOf(engine, from, request.recordId, tx);
  return record ? happening(engine, base, record, changes, by, tx) : base;
}

/** Starts that Millrace makes itself are addressed; what is simulated is meant for this automation's trigger. */
function dataOf({ automation, document, request }: Beginning, kind: string, given: GivenEvent): JsonObject {
  const trigger = document.triggers.find((one) => one.kind === kind);
  const addressed = ["manual", "schedule", "date"].includes(kind);
  return {
    ...(addressed ? { automationId: automation.id, triggerKey: trigger?.key ?? "manual" } : {}),
    ...(request.inputs || kind === "manual" ? { inputs: request.inputs ?? {} } : {}),
    ...given.data,
  };
}

/** Does to the record what the event says, and tells it as the event would. */
async function happening(
  engine: Engine,
  base: Event,
  record: RecordRow,
  changes: JsonObject,
  by: Actor,
  tx: Tx,
): Promise<Event> {
  const { workspaceId } = base;
  const { object, id } = record;
  const changed =
    Object.keys(changes).length > 0
      ? await updateRecord(engine, workspaceId, object, id, changes, { actor: by }, {}, tx)
      : { record, changes: [] };
  const told = { ...base, object, recordId: id, record: factsOf(changed.record) };
  if (base.kind === "record.deleted") await deleteRecord(engine, workspaceId, object, id, { actor: by }, {}, tx);
  if (base.kind === "record.created") return { ...told, changes: madeFrom(changed.record) };
  return { ...told, changes: changed.changes };
}

function madeFrom({ values }: RecordRow): Event["changes"] {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([field, value]) => ({ field, old: null, new: value }));
}

function checkKind(kind: string): void {
  const known = [...new Set([...triggerKinds.keys()].flatMap((each) => eventKinds({ key: "", kind: each })))];
  if (!known.includes(kind))
    throw invalid([
      {
        path: "event.kind",
        message: `Nothing is called "${kind}".${didYouMean(kind, known) || ` Known: ${known.join(", ")}.`}`,
      },
    ]);
}

/** An event that happened. Steps read the record as it is now, as those of a run that starts late do. */
async function storedEvent(engine: Engine, from: Beginning, id: string, tx: Tx): Promise<Event> {
  const event = /^\d{1,18}$/.test(id) ? await getEvent(engine, from.automation.workspaceId, id, tx) : null;
  if (!event) throw notFound("event", id);
  await recordOf(engine, from, event.recordId ?? undefined, tx);
  return event;
}

/** The record as a saved test had it; else as it is. */
async function recordOf(
  engine: Engine,
  { automation, document, by, snapshot }: Beginning,
  recordId: string | undefined,
  tx: Tx,
): Promise<RecordRow | null> {
  const { workspaceId } = automation;
  const { object } = document;
  if (object === null) return null;
  const found = recordId ? await getRecord(engine, workspaceId, object, recordId, tx) : null;
  if (snapshot) {
    const { fields } = await describeObject(engine, workspaceId, object);
    const writable = fields.filter(({ name, readOnly }) => !readOnly && name in snapshot).map(({ name }) => name);
    const values = Object.fromEntries(writable.map((name) => [name, snapshot[name]]));
    if (!found) return createRecord(engine, workspaceId, object, values, { actor: by }, tx);
    return (await updateRecord(engine, workspaceId, object, found.id, values, { actor: by }, {}, tx)).record;
  }
  if (!recordId) throw invalid([{ path: "recordId", message: `Choose a ${object} to simulate on.` }]);
  if (!found) throw notFound(object, recordId);
  return found;
}
