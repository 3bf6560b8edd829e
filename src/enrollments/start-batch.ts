import { getAutomation } from "../automations/index.js";
import type { Actor } from "../crm/index.js";
import { letOthersWrite, lockOrWait, marks, type Row, sqlDialect, type Tx, toColumn } from "../db/index.js";
import { countBatches, type Engine, endRun, type Reason, type RunCounts, readRun, unfinished } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { invalid, notFound, Problem } from "../shared/errors.js";
import { newId } from "../shared/ids.js";
import type { JsonObject } from "../shared/json.js";
import { startManually } from "./start-manually.js";
import { changesWaiting } from "./write-batch.js";

/** One start over many records, as it stands now. */
export type Batch = {
  id: string;
  /** Null for a bulk write, which may start any. */
  automationId: string | null;
  object: string | null;
  total: number;
  status: "running" | "completed" | "cancelled";
  counts: RunCounts;
  refused: number;
  /** Changes of a bulk write that nobody has looked at yet. */
  waiting: number;
  createdAt: string;
};

/** More records than this are asked for in several batches. */
const LARGEST_BATCH = 10_000;

/** Runs one transaction cancels. */
const CANCELLED_AT_ONCE = 50;

/**
 * Starts an automation on many records as one batch. Records whose conditions do not hold are left out and counted as
 * refused; limits log theirs as skipped. 422 when the list is empty or too long.
 */
export async function startBatch(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  recordIds: string[],
  inputs: JsonObject,
  by: Actor,
): Promise<Batch> {
  const ids = [...new Set(recordIds)];
  if (ids.length === 0 || ids.length > LARGEST_BATCH)
    throw invalid([{ path: "recordIds", message: `Name between 1 and ${LARGEST_BATCH} records.` }]);
  const automation = await getAutomation(engine, workspaceId, automationId);
  const id = newId();
  const row = {
    id,
    workspaceId,
    automationId,
    object: automation.object,
    total: ids.length,
    status: "running",
    actor: toColumn(by),
    createdAt: engine.clock.now(),
  };
  await engine.db.insert("millrace_batches", [row]);
  for (let start = 0; start < ids.length && !(await isCancelled(engine, id)); start += 50)
    await startSome(engine, workspaceId, automationId, ids.slice(start, start + 50), inputs, id, by);
  return getBatch(engine, workspaceId, id);
}

/** Asked in the transaction of a start, it holds the batch: who cancels it comes after that start, and finds its run. */
async function isCancelled(engine: Engine, id: string, tx?: Tx): Promise<boolean> {
  const lock = tx ? sqlDialect(engine.db).forUpdate : "";
  const row = await engine.db.one(`SELECT status FROM millrace_batches WHERE id = ?${lock}`, [id], tx);
  return row?.["status"] === "cancelled";
}

async function startSome(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  ids: string[],
  inputs: JsonObject,
  batchId: string,
  by: Actor,
): Promise<void> {
  for (const recordId of ids) {
    try {
      await engine.db.inTransaction(async (tx) => {
        if (await isCancelled(engine, batchId, tx)) return;
        await startManually(engine, workspaceId, automationId, { recordId, inputs, batchId }, by, tx);
      });
    } catch (error) {
      // A record that may not enter, or is gone, does not keep the others out; it shows as refused in the batch's count.
      if (!(error instanceof Problem) || error.status === 422) throw error;
    }
  }
}

/** A batch with the counts of its runs; 404 Problem when the workspace has no such batch. */
export async function getBatch(engine: Engine, workspaceId: string, id: string): Promise<Batch> {
  const row = await engine.db.one("SELECT * FROM millrace_batches WHERE id = ? AND workspaceId = ?", [id, workspaceId]);
  if (!row) throw notFound("batch", id);
  const counts = await countBatches(engine, workspaceId, [id]);
  return batchView(engine, row, counts.get(id) ?? {});
}

/** The newest batches of a workspace. */
export async function listBatches(engine: Engine, workspaceId: string, limit = 50): Promise<Batch[]> {
  const rows = await engine.db.all(
    `SELECT * FROM millrace_batches WHERE workspaceId = ? ORDER BY id DESC LIMIT ${Math.trunc(limit)}`,
    [workspaceId],
  );
  const counts = await countBatches(
    engine,
    workspaceId,
    rows.map(({ id }) => String(id)),
  );
  return Promise.all(rows.map((row) => batchView(engine, row, counts.get(String(row["id"])) ?? {})));
}

/** Cancels every run of a batch that is not over. Returns how many. */
export async function cancelBatch(engine: Engine, workspaceId: string, id: string, by: Actor): Promise<number> {
  await getBatch(engine, workspaceId, id);
  await engine.db.run("UPDATE millrace_batches SET status = 'cancelled' WHERE id = ?", [id]);
  // What the relay had in hand by then is there to be cancelled once it has let go of its lock.
  await engine.db.inTransaction((tx) => lockOrWait(engine.db, "relay", tx));
  const reason = { code: "cancelled", message: `The batch was cancelled by ${by.name}.` };
  for (let cancelled = 0; ; await letOthersWrite(engine.db)) {
    const portion = await cancelSome(engine, id, reason);
    if (portion === null) return cancelled;
    cancelled += portion;
  }
}

/** Ends a portion of a batch's runs, so that nobody waits long for what a transaction holds; null when none is left. */
async function cancelSome(engine: Engine, id: string, reason: Reason): Promise<number | null> {
  return engine.db.inTransaction(async (tx) => {
    const rows = await engine.db.all(
      `SELECT * FROM millrace_runs WHERE batchId = ? AND status IN (${marks(unfinished)}) LIMIT ${CANCELLED_AT_ONCE}`,
      [id, ...unfinished],
      tx,
    );
    let cancelled = 0;
    for (const row of rows) if (await endRun(engine, readRun(row), reason, tx)) cancelled += 1;
    return rows.length === 0 ? null : cancelled;
  });
}

async function batchView(engine: Engine, row: Row, counts: RunCounts): Promise<Batch> {
  const id = String(row["id"]);
  const automationId = String(row["automationId"]) || null;
  const waiting = automationId ? 0 : await changesWaiting(engine, id);
  const started = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const open = waiting + (counts.unfinished ?? 0);
  const total = Number(row["total"]);
  return {
    id,
    automationId,
    object: row["object"] as string | null,
    total,
    status: row["status"] === "cancelled" ? "cancelled" : open > 0 ? "running" : "completed",
    counts,
    refused: automationId ? total - started : 0,
    waiting,
    createdAt: iso(Number(row["createdAt"])),
  };
}
