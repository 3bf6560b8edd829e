import { factsOf, fieldTypes, getRecord, relatedStamp, withRelated } from "../crm/index.js";
import { fromColumn, type Row, type Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import { type Conditions, evaluate, type Facts } from "../rules/index.js";
import { type Engine, triggerFacts } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { isObject, type JsonObject } from "../shared/json.js";

/** What a wait for an event, or for a goal, keeps: see `actions/wait-for-event.ts` and `actions/reach-goal.ts`. */
type Details = {
  event?: string;
  where?: Conditions | null;
  when?: Conditions;
  fresh?: boolean;
  related?: string[];
  /** Of a `fresh` goal on related records: whether it held when last looked at. */
  held?: boolean;
  /** Of a wait for a date: the fields it comes from, and what the related records among them were. */
  fields?: string[];
  stamp?: string | null;
  since: number | null;
  timezone: string;
  facts: JsonObject;
};

/** A wait that events may end. `startedBy` is the event its run came from. */
export type Awaited = {
  token: string;
  runId: string;
  runStatus: string;
  kind: "event" | "goal" | "date";
  workspaceId: string;
  object: string | null;
  recordId: string | null;
  startedBy: number;
  lookAt: number;
  details: Details;
};

/** Selects waits that events may end, with what `readAwaited` needs of their runs. */
export const selectAwaited =
  "SELECT w.*, r.workspaceId, r.status AS runStatus, r.eventId AS startedBy FROM millrace_waits w JOIN millrace_runs r ON r.id = w.runId";

/** A row of `selectAwaited`. */
export function readAwaited(row: Row): Awaited {
  return {
    token: String(row["token"]),
    runId: String(row["runId"]),
    runStatus: String(row["runStatus"]),
    kind: row["kind"] === "goal" || row["kind"] === "date" ? row["kind"] : "event",
    workspaceId: String(row["workspaceId"]),
    object: row["object"] as string | null,
    recordId: row["recordId"] as string | null,
    startedBy: Number(row["startedBy"]),
    lookAt: Number(row["lookAt"]),
    details: fromColumn<Details>(row["details"], { since: null, timezone: "UTC", facts: {} }),
  };
}

/** What ends the wait if this event does: the port and what to hand on. Null when it goes on. */
export async function answerBy(
  engine: Engine,
  wait: Awaited,
  event: Event,
  tx?: Tx,
): Promise<{ port: string; output: JsonObject } | null> {
  if (event.workspaceId !== wait.workspaceId) return null;
  if (wait.kind === "date") return changedBy(wait, event);
  if (wait.recordId && event.recordId && (event.recordId !== wait.recordId || event.object !== wait.object))
    return null;
  return wait.kind === "goal" ? goalBy(engine, wait, event, tx) : receivedBy(engine, wait, event, tx);
}

/** The run settles its wait anew by the record as it is by then, so it does not matter which of several changes woke it. */
function changedBy({ object, recordId, details }: Awaited, event: Event) {
  const isOwn = event.object === object && event.recordId === recordId;
  const touched = event.changes.some(({ field }) => details.fields?.includes(field));
  return isOwn && touched ? { port: "changed", output: {} } : null;
}

/** The same for the related records it comes from, as they are now. */
export async function changedNow(engine: Engine, { workspaceId, object, recordId, details }: Awaited) {
  const record = object && recordId ? await getRecord(engine, workspaceId, object, recordId) : null;
  if (!object || !record || !details.related?.length) return null;
  const now = await withRelated(engine, workspaceId, object, factsOf(record), details.related);
  return relatedStamp(now) === details.stamp ? null : { port: "changed", output: {} };
}

async function receivedBy(engine: Engine, wait: Awaited, event: Event, tx?: Tx) {
  const { event: name, where, since } = wait.details;
  if (event.kind !== name && event.name !== name) return null;
  if (event.actor.type === "run" && event.actor.id === wait.runId) return null;
  const id = Number(event.id);
  if (since === null ? id <= wait.startedBy : id === wait.startedBy || event.at < since) return null;
  if (where && !(await holds(engine, wait, where, eventFacts(event), event.object, tx))) return null;
  const { kind, actor, changes, record, data } = event;
  return {
    port: "received",
    output: { eventId: event.id, kind, name: event.name, at: iso(event.at), actor, changes, record, data },
  };
}

async function goalBy(engine: Engine, wait: Awaited, event: Event, tx?: Tx) {
  const { when, fresh, since } = wait.details;
  if (!when || !event.record || event.recordId !== wait.recordId || event.kind === "record.deleted") return null;
  if (since !== null && event.at < since) return null;
  const facts = eventFacts(event);
  if (!(await holds(engine, wait, when, facts, event.object, tx))) return null;
  if (fresh && (await holds(engine, wait, when, { ...facts, record: facts.old ?? null }, event.object, tx)))
    return null;
  return { port: "met", output: { metAt: iso(event.at), atEntry: false } };
}

/** What ends a goal by the record as it is now, related records included. Null when it goes on. */
export async function goalNow(engine: Engine, wait: Awaited): Promise<{ port: string; output: JsonObject } | null> {
  const { when } = wait.details;
  const record =
    wait.object && wait.recordId ? await getRecord(engine, wait.workspaceId, wait.object, wait.recordId) : null;
  if (!when || !record) return null;
  const now = engine.clock.now();
  const met = await holds(engine, wait, when, { record: factsOf(record), now }, wait.object);
  return met ? { port: "met", output: { metAt: iso(now), atEntry: false } } : null;
}

/** A tree that cannot be decided on these facts does not hold: the wait goes on until its deadline. */
async function holds(
  engine: Engine,
  wait: Awaited,
  tree: Conditions,
  facts: Facts,
  object: string | null,
  tx?: Tx,
): Promise<boolean> {
  const { related = [], timezone, facts: kept } = wait.details;
  const types = object ? await fieldTypes(engine, wait.workspaceId, object, tx) : undefined;
  const record =
    facts.record && object && related.length > 0
      ? await withRelated(engine, wait.workspaceId, object, facts.record, related, tx)
      : (facts.record ?? null);
  const typeOf = (fact: string, path: string) => (fact === "record" || fact === "old" ? types?.(path) : undefined);
  const found = await evaluate(tree, { ...kept, ...facts, record }, { timezone, types: typeOf });
  return found.result;
}

function eventFacts(event: Event): Facts {
  const old = event.record && {
    ...event.record,
    ...Object.fromEntries(event.changes.map((change) => [change.field, change.old])),
  };
  return {
    record: event.record,
    old: isObject(old) ? old : null,
    changed: event.changes.map((change) => change.field),
    trigger: triggerFacts(event),
    now: event.at,
  };
}
