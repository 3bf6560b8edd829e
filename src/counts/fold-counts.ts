import { addTo, lockOrSkip, marks } from "../db/index.js";
import { addedUp, cellRow, cellsOf, readChange } from "./count.js";
import type { CountRoom } from "./count-room.js";
import { rebuildCounts } from "./rebuild-counts.js";

const AT_ONCE = 1_000;

/** Databases whose counts tell of all their runs, as far as this process knows. */
const built = new WeakSet<CountRoom["db"]>();

/**
 * Adds the changes that commits have left to the counts, in one process at a time; returns how many. The first time after
 * an upgrade it counts the runs there are instead.
 */
export async function foldCounts(room: CountRoom): Promise<number> {
  const { db } = room;
  if (!built.has(db)) {
    const lock = await db.one("SELECT value FROM millrace_locks WHERE name = 'counts'");
    if (Number(lock?.["value"]) === 0) await rebuildCounts(room);
    built.add(db);
  }
  if (!(await db.one("SELECT id FROM millrace_count_changes LIMIT 1"))) return 0;
  return db.inTransaction(async (tx) => {
    if (!(await lockOrSkip(db, "counts", tx))) return 0;
    const rows = await db.all(`SELECT * FROM millrace_count_changes ORDER BY id LIMIT ${AT_ONCE}`, [], tx);
    const cells = addedUp(rows.map(readChange).flatMap(cellsOf)).filter(({ n }) => n !== 0);
    await addTo(db, "millrace_counts", cells.map(cellRow), "n", tx);
    // By their ids: one that commits only now may have a lower id than these.
    const ids = rows.map(({ id }) => Number(id));
    if (ids.length > 0) await db.run(`DELETE FROM millrace_count_changes WHERE id IN (${marks(ids)})`, ids, tx);
    return ids.length;
  });
}
