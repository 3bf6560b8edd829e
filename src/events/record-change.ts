import { type Tx, toColumn } from "../db/index.js";
import { faultPoint } from "../shared/fault-points.js";
import { canonicalJson, type JsonObject } from "../shared/json.js";
import type { Cause, Change, EventRoom, FieldChange } from "./event.js";

/** Kept by the record model about a record, not by people: a change of these alone is no change. */
const bookkeeping = new Set(["version", "createdAt", "updatedAt", "deletedAt"]);

/**
 * Writes the event row of a change in the caller's own transaction: both commit, or neither. Values are compared after
 * normalising (a Date is its instant, undefined is null); when no field really changed there is no event and the answer
 * is []. After the commit this process is told that events wait; should that be lost, the next poll finds the row.
 */
export async function recordChange(room: EventRoom, change: Change, cause: Cause, tx: Tx): Promise<FieldChange[]> {
  const changes = difference(change);
  const kind = kindOf(change);
  if (kind === "record.updated" && changes.length === 0) return [];
  const row = {
    workspaceId: change.workspaceId,
    kind,
    name: null,
    object: change.object,
    recordId: change.recordId,
    actor: toColumn(cause.actor),
    changes: toColumn(changes),
    record: toColumn(normalised(change.after ?? change.before ?? {})),
    data: null,
    lineage: toColumn(cause.lineage?.length ? cause.lineage : null),
    source: cause.source ?? null,
    at: room.clock.now(),
  };
  await room.db.insertLater("millrace_events", [row], tx);
  faultPoint("changing");
  tx.afterCommit(() => room.ring("relay"));
  return changes;
}

function kindOf(change: Change): string {
  if (change.after === null) return "record.deleted";
  if (change.restored) return "record.restored";
  return change.before === null ? "record.created" : "record.updated";
}

function difference({ before, after, same }: Change): FieldChange[] {
  const was = normalised(before ?? {});
  const is = normalised(after ?? {});
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => field !== "id" && !bookkeeping.has(field))
    .filter((field) => canonicalJson(was[field] ?? null) !== canonicalJson(is[field] ?? null))
    .filter((field) => !(before && after && same?.(field, was[field] ?? null, is[field] ?? null)))
    .map((field) => ({ field, old: was[field] ?? null, new: is[field] ?? null }));
}

function normalised(values: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(values, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : (value ?? null))),
  ) as JsonObject;
}
