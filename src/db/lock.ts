import type { Database, Tx } from "./database.js";
import { sqlDialect } from "./sql-dialect.js";

/**
 * Takes the named row of `millrace_locks` until `tx` ends, or says false at once when another transaction holds it.
 * On SQLite every write transaction is alone already.
 */
export async function lockOrSkip(db: Database, name: string, tx: Tx): Promise<boolean> {
  if (db.dialect === "sqlite") return true;
  const row = await db.one(`SELECT name FROM millrace_locks WHERE name = ?${sqlDialect(db).skipLocked}`, [name], tx);
  return row !== null;
}

/** Takes the same row, waiting until whoever holds it is done. */
export async function lockOrWait(db: Database, name: string, tx: Tx): Promise<void> {
  if (db.dialect !== "sqlite")
    await db.one(`SELECT name FROM millrace_locks WHERE name = ?${sqlDialect(db).forUpdate}`, [name], tx);
}

/**
 * Raises the named counter and returns its new value. The row stays locked until `tx` ends, so values are handed out in
 * the order their transactions commit: a reader that has seen n has seen everything stamped up to n.
 */
export async function nextStamp(db: Database, name: string, tx: Tx): Promise<number> {
  await db.run("UPDATE millrace_locks SET value = value + 1 WHERE name = ?", [name], tx);
  return stampOf(db, name, tx);
}

/** The counter's value as it is: a stamp of the last change. */
export async function stampOf(db: Database, name: string, tx?: Tx): Promise<number> {
  const row = await db.one("SELECT value FROM millrace_locks WHERE name = ?", [name], tx);
  return Number(row?.["value"] ?? 0);
}

/** A process that waits for SQLite's one lock looks again at least every tenth of a second: in this time it is sure to. */
const TURN_MS = 110;

/** So long we write before others get their turn. */
const OURS_MS = 600;

const turns = new WeakMap<Database, { lastAt: number; underWay: Promise<void> | null }>();

/**
 * Between two transactions of a long piece of work: SQLite keeps no queue of those who wait for its lock, so other
 * processes get a turn only while nobody holds it. All such work of this process pauses together, for a moment after
 * each half second or so. Resolves at once on MySQL.
 */
export async function letOthersWrite(db: Database): Promise<void> {
  if (db.dialect !== "sqlite") return;
  const turn = turns.get(db) ?? { lastAt: performance.now(), underWay: null };
  turns.set(db, turn);
  if (!turn.underWay && performance.now() - turn.lastAt >= OURS_MS) {
    turn.underWay = pause(TURN_MS).then(() => {
      turn.lastAt = performance.now();
      turn.underWay = null;
    });
  }
  await (turn.underWay ?? pause(0));
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
