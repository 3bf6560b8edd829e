import type { Param, Row } from "./connection.js";

/** An update of one row by id. `expect` must still hold; a row where it does not makes the whole buffer fail. */
export type RowUpdate = { table: string; id: string; set: Row; expect: Row };

/** Updates of one table that set the same and expect the same: one statement. */
export type JoinedUpdate = { table: string; ids: string[]; set: Row; expect: Row };

/**
 * Writes kept back in a transaction so that many small ones become few. `joins` says whether updates may wait too: only
 * when the caller holds locks on the rows, since what they find is known no sooner than the flush.
 */
export type WriteBuffer = { readonly joins: boolean; inserts: Map<string, Row[]>; updates: Map<string, JoinedUpdate> };

/** A buffer with nothing in it. */
export function emptyBuffer(joins: boolean): WriteBuffer {
  return { joins, inserts: new Map(), updates: new Map() };
}

/** Keeps rows for their table; all rows of a table must have the same columns. */
export function keepInserts(buffer: WriteBuffer, table: string, rows: Row[]): void {
  const waiting = buffer.inserts.get(table);
  if (waiting) waiting.push(...rows);
  else buffer.inserts.set(table, [...rows]);
}

/** Keeps an update beside those that set and expect the same. */
export function keepUpdate(buffer: WriteBuffer, { table, id, set, expect }: RowUpdate): void {
  const key = JSON.stringify([table, set, expect]);
  const joined = buffer.updates.get(key);
  if (joined) joined.ids.push(id);
  else buffer.updates.set(key, { table, ids: [id], set, expect });
}

/** Takes everything out, inserts first: a row may be made and changed in one transaction. */
export function takeAll(buffer: WriteBuffer): { inserts: [string, Row[]][]; updates: JoinedUpdate[] } {
  const taken = { inserts: [...buffer.inserts], updates: [...buffer.updates.values()] };
  buffer.inserts.clear();
  buffer.updates.clear();
  return taken;
}

/** The text and values of a joined update. `quote` makes names safe. */
export function updateStatement(
  { table, ids, set, expect }: JoinedUpdate,
  quote: (name: string) => string,
): { sql: string; params: Param[] } {
  const assigned = Object.keys(set).map((column) => `${quote(column)} = ?`);
  const held = Object.entries(expect).map(([column, value]) =>
    value === null ? `${quote(column)} IS NULL` : `${quote(column)} = ?`,
  );
  const where = [ids.length === 1 ? "id = ?" : `id IN (${ids.map(() => "?").join(",")})`, ...held];
  return {
    sql: `UPDATE ${quote(table)} SET ${assigned.join(", ")} WHERE ${where.join(" AND ")}`,
    params: [...Object.values(set), ...ids, ...Object.values(expect).filter((value) => value !== null)],
  };
}
