import { type Tx, toColumn } from "../db/index.js";
import type { JsonObject } from "../shared/json.js";
import type { Cause, EventRoom } from "./event.js";

/** A start that no record change made: a named event, a person, a schedule, a date, an intake. */
export type NewEvent = {
  workspaceId: string;
  kind: string;
  name?: string | null;
  object?: string | null;
  recordId?: string | null;
  record?: JsonObject | null;
  /** Of a start that Millrace makes, `automationId` and `triggerKey` here say which automation it is for. */
  data?: JsonObject;
};

/** Writes an event row, in `tx` when given, and returns its id. `relayed`: already handed on, kept for the record only. */
export async function emitEvent(
  room: EventRoom,
  event: NewEvent,
  cause: Cause,
  tx?: Tx,
  relayed = false,
): Promise<string> {
  const now = room.clock.now();
  const row = {
    workspaceId: event.workspaceId,
    kind: event.kind,
    name: event.name ?? null,
    object: event.object ?? null,
    recordId: event.recordId ?? null,
    actor: toColumn(cause.actor),
    changes: null,
    record: toColumn(event.record),
    data: toColumn(event.data),
    lineage: toColumn(cause.lineage?.length ? cause.lineage : null),
    source: cause.source ?? null,
    at: now,
    relayedAt: relayed ? now : null,
  };
  const { insertId } = await room.db.insert("millrace_events", [row], tx);
  if (tx) tx.afterCommit(() => room.ring("relay"));
  else room.ring("relay");
  return String(insertId);
}
