import { encodeTime } from "ulid";
import { byIndex, marks, type Param, quote, type Row, type Tx } from "../db/index.js";
import type { RetentionRoom } from "./room.js";
import type { Place } from "./sweep-place.js";
import type { Part, Sweep } from "./sweeps.js";

/** The most rows of one table that go with the rows of a portion. */
const MOST_PARTS = 2_000;

/**
 * Looks at the next `size` rows of a workspace that were there before `before` (milliseconds) and deletes those whose time is
 * over and that nothing needs, with what belongs to them. Costs the same whatever else the table holds. `more`: there
 * are further rows to look at.
 */
export async function forgetPortion(
  room: RetentionRoom,
  sweep: Sweep,
  workspaceId: string,
  before: number,
  place: Place,
  size: number,
  tx: Tx,
): Promise<{ gone: number; place: Place; more: boolean }> {
  const rows = await rowsAfter(room, sweep, workspaceId, before, place, size, tx);
  const over = rows.filter(
    (row) => row[sweep.since] !== null && Number(row[sweep.since]) < before && Number(row["needed"]) === 0,
  );
  const keyOf = (row: Row) => row[sweep.id] ?? null;
  const whole = await withoutParts(room, sweep, over.map(keyOf), tx);
  const going = over.filter((row) => whole.has(keyOf(row)));
  if (going.length > 0) {
    const keys = going.map(keyOf);
    await sweep.before?.(room, going, tx);
    await room.db.run(`DELETE FROM ${quote(sweep.table)} WHERE ${quote(sweep.id)} IN (${marks(keys)})`, keys, tx);
  }
  // One whose parts were too many for this time is the first the next portion looks at.
  const left = over.find((row) => !whole.has(keyOf(row)));
  const upTo = left ? rows[rows.indexOf(left) - 1] : rows.at(-1);
  return {
    gone: going.length,
    place: upTo ? String(keyOf(upTo)) : place,
    more: left !== undefined || rows.length === size,
  };
}

/** Numbers count up with time, but say nothing about when: the first row that is too young ends the portion. */
async function rowsAfter(
  { db }: RetentionRoom,
  sweep: Sweep,
  workspaceId: string,
  before: number,
  place: Place,
  size: number,
  tx: Tx,
): Promise<Row[]> {
  const id = `t.${quote(sweep.id)}`;
  const where = ["t.workspaceId = ?", `${id} > ?`];
  const params: Param[] = [workspaceId, sweep.ids === "ulid" ? place : Number(place)];
  if (sweep.status !== undefined) {
    where.push("t.status = ?");
    params.push(sweep.status);
  }
  if (sweep.ids === "ulid") {
    where.push(`${id} < ?`);
    params.push(encodeTime(before));
  }
  const columns = [sweep.id, sweep.since, ...(sweep.reads ?? [])].map((column) => `t.${quote(column)}`);
  const rows = await db.all(
    `SELECT ${columns.join(", ")}, ${sweep.needed ?? "0"} AS needed FROM ${quote(sweep.table)} t ${byIndex(db, sweep.index)}
      WHERE ${where.join(" AND ")} ORDER BY ${id} LIMIT ${Math.trunc(size)}`,
    params,
    tx,
  );
  const young = rows.findIndex((row) => row[sweep.since] !== null && Number(row[sweep.since]) >= before);
  return sweep.ids === "serial" && young >= 0 ? rows.slice(0, young) : rows;
}

/** Deletes what belongs to rows, as much as one portion may, and says of which of them nothing is left. */
async function withoutParts(room: RetentionRoom, { parts = [] }: Sweep, ids: Param[], tx: Tx): Promise<Set<Param>> {
  let whole = ids;
  for (const part of parts.filter(({ many }) => many !== undefined)) whole = await thin(room, part, whole, tx);
  if (whole.length > 0)
    for (const { table, column } of parts)
      await room.db.run(`DELETE FROM ${quote(table)} WHERE ${quote(column)} IN (${marks(whole)})`, whole, tx);
  return new Set(whole);
}

/** Those rows, first ones first, whose parts are together few enough to go at once. Of the first one too many go now. */
async function thin({ db }: RetentionRoom, part: Part, ids: Param[], tx: Tx): Promise<Param[]> {
  if (ids.length === 0) return [];
  const [table, column, order] = [quote(part.table), quote(part.column), quote(part.many ?? "")];
  const found = await db.all(
    `SELECT ${column} AS id, ${order} AS n FROM ${table} WHERE ${column} IN (${marks(ids)}) ORDER BY ${column}, ${order} LIMIT ${MOST_PARTS + 1}`,
    ids,
    tx,
  );
  const last = found[MOST_PARTS];
  if (!last) return ids;
  const cut = last["id"] ?? null;
  if (cut === found[0]?.["id"])
    await db.run(`DELETE FROM ${table} WHERE ${column} = ? AND ${order} < ?`, [cut, last["n"] ?? null], tx);
  return ids.slice(0, ids.indexOf(cut));
}
