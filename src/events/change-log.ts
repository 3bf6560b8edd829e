import { marks, type Tx } from "../db/index.js";
import { numberCursor } from "../shared/cursor.js";
import type { Event, EventRoom } from "./event.js";
import { readEvent } from "./read-event.js";

/** A page of a record's events, newest first: what changed, who did it and from what. `cursor` comes from the page before. */
export async function changesOf(
  room: EventRoom,
  workspaceId: string,
  object: string,
  recordId: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ data: Event[]; nextCursor: string | null }> {
  const before = numberCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
  const rows = await room.db.all(
    `SELECT * FROM millrace_events WHERE workspaceId = ? AND object = ? AND recordId = ? AND id < ? ORDER BY id DESC LIMIT ${Math.trunc(page.limit) + 1}`,
    [workspaceId, object, recordId, before],
  );
  const data = rows.slice(0, page.limit).map(readEvent);
  return { data, nextCursor: rows.length > page.limit ? (data.at(-1)?.id ?? null) : null };
}

/** Events by id; those that are not there any more are left out. */
export async function eventsById(room: EventRoom, ids: number[]): Promise<Map<number, Event>> {
  if (ids.length === 0) return new Map();
  const rows = await room.db.all(`SELECT * FROM millrace_events WHERE id IN (${marks(ids)})`, ids);
  return new Map(rows.map((row) => [Number(row["id"]), readEvent(row)]));
}

/** One event of a workspace, or null. */
export async function getEvent(room: EventRoom, workspaceId: string, id: string, tx?: Tx): Promise<Event | null> {
  const row = await room.db.one(
    "SELECT * FROM millrace_events WHERE id = ? AND workspaceId = ?",
    [id, workspaceId],
    tx,
  );
  return row && readEvent(row);
}
