import type { Database, Tx } from "./database.js";

/**
 * Takes the named row of `millrace_locks` until `tx` ends, or says false at once when another transaction holds it.
 * On SQLite every write transaction is alone already.
 */
export async function lockOrSkip(db: Database, name: string, tx: Tx): Promise<boolean> {
  if (db.dialect === "sqlite") return true;
  const row = await db.one("SELECT name FROM millrace_locks WHERE name = ? FOR UPDATE SKIP LOCKED", [name], tx);
  return row !== null;
}

/**
 * Raises the named counter and returns its new value. The row stays locked until `tx` ends, so values are handed out in
 * the order their transactions commit: a reader that has seen n has seen everything stamped up to n.
 */
export async function nextStamp(db: Database, name: string, tx: Tx): Promise<number> {
  await db.run("UPDATE millrace_locks SET value = value + 1 WHERE name = ?", [name], tx);
  const row = await db.one("SELECT value FROM millrace_locks WHERE name = ?", [name], tx);
  return Number(row?.["value"] ?? 0);
}
