import type { Database, Param, Row, Tx } from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";

/** What every operation on `millrace_jobs` works with. */
export type JobTable = { db: Database; clock: Clock };

/** A condition on `millrace_jobs` with its bound values. */
export type Where = { sql: string; params: Param[] };

/**
 * Makes one write. While another process or the host writes to a SQLite file, a write waits, and whatever reads by the same
 * connection with it: so there it takes a connection of its own, or a host that reads within its transaction would wait for
 * a bell that waits for the host.
 */
export function writeApart<T>({ db }: JobTable, write: (tx?: Tx) => Promise<T>): Promise<T> {
  return db.oneWriter ? db.inTransaction(write) : write();
}

/** Rows that meet `where`; `tail` is ORDER BY and LIMIT. */
export function findRows(table: JobTable, where: Where, tail = ""): Promise<Row[]> {
  return table.db.all(`SELECT * FROM millrace_jobs WHERE ${where.sql} ${tail}`, where.params);
}

/**
 * Sets columns on the rows that meet `where` and returns how many did. Each write raises `revision`: it is what a
 * compare-and-swap compares, and it makes every matched row a changed one, whatever the driver counts.
 */
export async function updateRows(table: JobTable, set: Row, where: Where, more: Where[] = []): Promise<number> {
  const columns = Object.keys(set);
  const assignments = [...columns.map((column) => `${column} = ?`), ...more.map((part) => part.sql)];
  const values = [...columns.map((column) => set[column] ?? null), ...more.flatMap((part) => part.params)];
  const sql = `UPDATE millrace_jobs SET ${[...assignments, "revision = revision + 1", "updatedAt = ?"].join(", ")} WHERE ${where.sql}`;
  const params = [...values, table.clock.now(), ...where.params];
  return (await writeApart(table, (tx) => table.db.run(sql, params, tx))).changes;
}
