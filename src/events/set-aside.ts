import { Op } from "sequelize";
import { code, defineTable, id, instant, longText, primary, type RowOf, type Tx } from "../db/index.js";
import { numberCursor } from "../shared/cursor.js";
import { eventsById } from "./change-log.js";
import type { Event, EventRoom } from "./event.js";

const columns = { workspaceId: primary(id), eventId: primary(instant), kind: code(40), error: longText, at: instant };

/** Events that were given up because handing them on kept failing. The relay writes it; who tries again deletes. */
export const setAsideTable = defineTable("millrace_set_aside", columns);

/** An event that was given up: why, and when (milliseconds). `event` is null when it has been forgotten since. */
export type SetAside = {
  id: string;
  kind: string;
  event: Event | null;
  error: string;
  at: number;
  canRetry: boolean;
};

/** A run that asked for a start has been told that it is lost: what it does then must not happen as well. */
export const toldKind = "automation";

/** A page of a workspace's set-aside events, newest first. `cursor` comes from the page before. */
export async function setAsideEvents(
  room: EventRoom,
  workspaceId: string,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ data: SetAside[]; nextCursor: string | null }> {
  const before = numberCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
  const rows = await setAsideTable(room.db).findAll({
    where: { workspaceId, eventId: { [Op.lt]: before } },
    order: [["eventId", "DESC"]],
    limit: page.limit + 1,
  });
  const data = await withEvents(room, rows.slice(0, page.limit));
  return { data, nextCursor: rows.length > page.limit ? (data.at(-1)?.id ?? null) : null };
}

/** One set-aside event, or null when the workspace has none under this id. */
export async function getSetAside(room: EventRoom, workspaceId: string, eventId: string): Promise<SetAside | null> {
  if (!/^\d{1,15}$/.test(eventId)) return null;
  const rows = await setAsideTable(room.db).findAll({ where: { workspaceId, eventId: Number(eventId) } });
  return (await withEvents(room, rows))[0] ?? null;
}

/** Why each of these events was set aside, by id; those that were not are left out. */
export async function setAsideReasons(room: EventRoom, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await setAsideTable(room.db).findAll({ where: { eventId: ids.map(Number) } });
  return new Map(rows.map(({ eventId, error }) => [String(eventId), error]));
}

/** How many events lie set aside, in one workspace or in all. */
export async function countSetAside(room: Pick<EventRoom, "db">, workspaceId?: string): Promise<number> {
  return setAsideTable(room.db).count(workspaceId ? { where: { workspaceId } } : {});
}

/** Puts an event on the list, in the transaction that gives it up. */
export async function addSetAside(room: EventRoom, event: Event, error: string, tx: Tx): Promise<void> {
  const { id: eventId, workspaceId, kind } = event;
  const row = { eventId: Number(eventId), workspaceId, kind, error, at: room.clock.now() };
  await setAsideTable(room.db).bulkCreate([row], { transaction: tx, ignoreDuplicates: true });
}

async function withEvents(room: EventRoom, rows: RowOf<typeof columns>[]): Promise<SetAside[]> {
  const events = await eventsById(
    room,
    rows.map(({ eventId }) => eventId),
  );
  return rows.map(({ eventId, kind, error, at }) => {
    const event = events.get(eventId) ?? null;
    return { id: String(eventId), kind, event, error, at, canRetry: event !== null && kind !== toldKind };
  });
}
