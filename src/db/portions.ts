import type { Param } from "./connection.js";
import { type Database, quote, type Tx } from "./database.js";

/**
 * Deletes at most `most` rows of a table for which `where` holds, those first that come first by `along`, an indexed
 * column. Returns how many went: fewer than `most` when nothing is left.
 */
export async function deleteSome(
  db: Database,
  { table, where, params, along, most }: { table: string; where: string; params: Param[]; along: string; most: number },
  tx: Tx,
): Promise<number> {
  const chosen = `WHERE ${where} ORDER BY ${quote(along)} LIMIT ${Math.trunc(most)}`;
  const sql =
    db.dialect === "mysql"
      ? `DELETE FROM ${quote(table)} ${chosen}`
      : `DELETE FROM ${quote(table)} WHERE rowid IN (SELECT rowid FROM ${quote(table)} ${chosen})`;
  return (await db.run(sql, params, tx)).changes;
}

/**
 * Names the index a statement has to use, to stand after the table in FROM. For statements that take rows of one owner
 * in order of their id: the planner may think that walking the whole table by its key comes to the same.
 */
export function byIndex(db: Database, index: string): string {
  return db.dialect === "mysql" ? `FORCE INDEX (${quote(index)})` : `INDEXED BY ${quote(index)}`;
}
