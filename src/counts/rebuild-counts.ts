import { type Database, lockOrWait, marks, type Row, type Tx } from "../db/index.js";
import { type Day, monthOfDay } from "../shared/local-day.js";
import {
  addedUp,
  type Cell,
  type Change,
  cellRow,
  cellsOf,
  countedAs,
  EVERYWHERE,
  placeOf,
  readCell,
  readChange,
} from "./count.js";
import type { CountRoom } from "./count-room.js";
import { tookClassSql } from "./took.js";

const AT_ONCE = 1_000;

/**
 * Counts all runs anew, one workspace a transaction; returns how many cells there are now. What the log no longer holds
 * stays counted: numbers of days from which runs have been forgotten are raised, never lowered.
 */
export async function rebuildCounts(room: CountRoom): Promise<number> {
  const { db } = room;
  const workspaces = await db.all("SELECT id FROM millrace_workspaces ORDER BY id");
  let cells = 0;
  for (const { id } of workspaces) cells += await rebuildWorkspace(room, String(id));
  await db.inTransaction(async (tx) => {
    await lockOrWait(db, "counts", tx);
    await db.run("DELETE FROM millrace_counts WHERE workspaceId = '' AND scope = ?", [EVERYWHERE], tx);
    await db.run(
      `INSERT INTO millrace_counts (workspaceId, scope, measure, day, version, what, n)
       SELECT '', ?, 'status', 0, 0, 'unfinished', COALESCE(SUM(n), 0) FROM millrace_counts
       WHERE scope = workspaceId AND measure = 'status' AND day = 0 AND version = 0 AND what = 'unfinished'`,
      [EVERYWHERE],
      tx,
    );
    await db.run("UPDATE millrace_locks SET value = 1 WHERE name = 'counts'", [], tx);
  });
  return cells;
}

async function rebuildWorkspace(room: CountRoom, workspaceId: string): Promise<number> {
  const { db } = room;
  return db.inTransaction(async (tx) => {
    await lockOrWait(db, "counts", tx);
    const { changes, changeIds } = await countRuns(room, workspaceId, tx);
    const now = addedUp(changes.flatMap(cellsOf)).filter(({ scope }) => scope !== EVERYWHERE);
    const before = (await db.all("SELECT * FROM millrace_counts WHERE workspaceId = ?", [workspaceId], tx)).map(
      readCell,
    );
    const cells = withHistory(now, before, await forgottenUpTo(db, tx));
    await db.run("DELETE FROM millrace_counts WHERE workspaceId = ?", [workspaceId], tx);
    if (cells.length > 0) await db.insert("millrace_counts", cells.map(cellRow), tx);
    for (let start = 0; start < changeIds.length; start += AT_ONCE) {
      const ids = changeIds.slice(start, start + AT_ONCE);
      await db.run(`DELETE FROM millrace_count_changes WHERE id IN (${marks(ids)})`, ids, tx);
    }
    return cells.length;
  });
}

/** The runs of a workspace, and the changes that tell of them already: in one statement, so that both are of one instant. */
async function countRuns(
  { db }: CountRoom,
  workspaceId: string,
  tx: Tx,
): Promise<{ changes: Change[]; changeIds: number[] }> {
  const runs = `SELECT automationId, version, batchId, day, status AS toStatus, CASE WHEN replayedBy IS NOT NULL AND status IN ('failed','skipped') THEN 1 ELSE 0 END AS again,
      CASE WHEN finishedAt IS NULL THEN NULL ELSE reasonCode END AS reasonCode,
      CASE WHEN status = 'failed' THEN JSON_EXTRACT(reason, '$.details.step') ELSE NULL END AS stepKey,
      CASE WHEN status IN ('completed','failed') AND startedAt IS NOT NULL THEN ${tookClassSql("(finishedAt - startedAt)")} ELSE NULL END AS took
    FROM millrace_runs WHERE workspaceId = ?`;
  const columns = "automationId, version, batchId, day, toStatus, reasonCode, stepKey, took";
  const rows = await db.all(
    `SELECT NULL AS id, ${columns}, again, COUNT(*) AS n FROM (${runs}) counted GROUP BY ${columns}, again
     UNION ALL SELECT id, ${columns}, 0, n FROM millrace_count_changes WHERE workspaceId = ?`,
    [workspaceId, workspaceId],
    tx,
  );
  const changeIds = rows.flatMap(({ id }) => (id === null ? [] : [Number(id)]));
  const changes = rows.filter(({ id }) => id === null).flatMap((row) => livesOf({ ...readRow(row), workspaceId }, row));
  return { changes, changeIds };
}

/** Runs as they came to be what they are: those that were run again had failed, or were refused, before. */
function livesOf(change: Change, row: Row): Change[] {
  const ended = { ...change, to: countedAs(String(row["toStatus"])) };
  if (Number(row["again"]) === 0) return [ended];
  return [ended, { ...ended, from: ended.to, to: "replayed", step: null, took: null }];
}

/** What is taken from JSON stands in quotes on one of the dialects. */
function readRow(row: Row): Change {
  const change = readChange(row);
  return { ...change, step: change.step?.replaceAll('"', "") ?? null };
}

/** The newest day of which a run has been forgotten; 0 when none has. */
async function forgottenUpTo(db: Database, tx: Tx): Promise<Day> {
  const row = await db.one("SELECT value FROM millrace_locks WHERE name = 'forgotten'", [], tx);
  return Number(row?.["value"] ?? 0);
}

function withHistory(now: Cell[], before: Cell[], forgotten: Day): Cell[] {
  const cells = new Map(now.map((cell) => [placeOf(cell), cell]));
  for (const old of before) {
    const isMonth = old.day === monthOfDay(old.day);
    if (old.day === 0 || old.day > (isMonth ? monthOfDay(forgotten) : forgotten)) continue;
    const cell = cells.get(placeOf(old));
    if (!cell) cells.set(placeOf(old), old);
    else cell.n = Math.max(cell.n, old.n);
  }
  return [...cells.values()];
}
