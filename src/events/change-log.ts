import { fromColumn, type Row, type Tx } from "../db/index.js";
import type { Actor, Ancestor, Event, EventRoom, FieldChange } from "./event.js";

/** A page of a record's events, newest first: what changed, who did it and from what. `cursor` comes from the page before. */
export async function changesOf(
  room: EventRoom,
  workspaceId: string,
  object: string,
  recordId: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ data: Event[]; nextCursor: string | null }> {
  const before = page.cursor && /^\d{1,18}$/.test(page.cursor) ? Number(page.cursor) : Number.MAX_SAFE_INTEGER;
  const rows = await room.db.all(
    `SELECT * FROM millrace_events WHERE workspaceId = ? AND object = ? AND recordId = ? AND id < ? ORDER BY id DESC LIMIT ${Math.trunc(page.limit) + 1}`,
    [workspaceId, object, recordId, before],
  );
  const data = rows.slice(0, page.limit).map(readEvent);
  return { data, nextCursor: rows.length > page.limit ? (data.at(-1)?.id ?? null) : null };
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

/** Events set aside because relaying them kept failing, newest first, with the error. */
export async function failedEvents(room: EventRoom, workspaceId: string): Promise<(Event & { error: string })[]> {
  const rows = await room.db.all(
    "SELECT * FROM millrace_events WHERE workspaceId = ? AND error IS NOT NULL ORDER BY id DESC LIMIT 50",
    [workspaceId],
  );
  return rows.map((row) => ({ ...readEvent(row), error: String(row["error"]) }));
}

/** An event row as an Event. */
export function readEvent(row: Row): Event {
  return {
    id: String(row["id"]),
    workspaceId: String(row["workspaceId"]),
    kind: String(row["kind"]),
    name: row["name"] as string | null,
    object: row["object"] as string | null,
    recordId: row["recordId"] as string | null,
    actor: fromColumn<Actor>(row["actor"], { type: "system", id: null, name: "Millrace" }),
    changes: fromColumn<FieldChange[]>(row["changes"], []),
    record: fromColumn<Event["record"]>(row["record"], null),
    data: fromColumn<Event["data"]>(row["data"], {}),
    lineage: fromColumn<Ancestor[]>(row["lineage"], []),
    source: row["source"] as string | null,
    at: Number(row["at"]),
  };
}
