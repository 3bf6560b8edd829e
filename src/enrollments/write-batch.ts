import type { Actor } from "../crm/index.js";
import { marks, type Tx, toColumn } from "../db/index.js";
import type { Event } from "../events/index.js";
import type { Engine } from "../runs/index.js";
import { Problem } from "../shared/errors.js";
import { newId } from "../shared/ids.js";

/** What a bulk write came to, by its own count. */
type Written = { created: number; updated: number; deleted?: number };

/**
 * Does `write`, whose changes carry the `source` it is given, and follows the runs they start as one batch. The batch
 * names no automation: all that listen may start. A write that is refused as a whole leaves no batch behind.
 */
export async function writeAsBatch<T extends Written>(
  engine: Engine,
  workspaceId: string,
  object: string,
  by: Actor,
  write: (source: string) => Promise<T>,
): Promise<{ id: string; written: T }> {
  const id = newId();
  const row = { id, workspaceId, automationId: "", object, total: 0, status: "running", actor: toColumn(by) };
  await engine.db.insert("millrace_batches", [{ ...row, createdAt: engine.clock.now() }]);
  try {
    const written = await write(`batch:${id}`);
    const total = written.created + written.updated + (written.deleted ?? 0);
    await engine.db.run("UPDATE millrace_batches SET total = ? WHERE id = ?", [total, id]);
    return { id, written };
  } catch (error) {
    if (error instanceof Problem) await engine.db.run("DELETE FROM millrace_batches WHERE id = ?", [id]);
    throw error;
  }
}

/** How many changes of a batch nobody has looked at yet. */
export async function changesWaiting(engine: Engine, batchId: string): Promise<number> {
  const row = await engine.db.one("SELECT COUNT(*) AS n FROM millrace_events WHERE relayedAt IS NULL AND source = ?", [
    `batch:${batchId}`,
  ]);
  return Number(row?.["n"] ?? 0);
}

/**
 * Changes of a batch that was cancelled before the relay came to them start nothing any more; they are marked so, for Why.
 * Costs nothing where no change in hand belongs to a batch.
 */
export async function holdBack(engine: Engine, events: Event[], tx: Tx): Promise<void> {
  const ids = [...new Set(events.flatMap(({ source }) => (source?.startsWith("batch:") ? source.slice(6) : [])))];
  if (ids.length === 0) return;
  const rows = await engine.db.all(
    `SELECT id FROM millrace_batches WHERE status = 'cancelled' AND id IN (${marks(ids)})`,
    ids,
    tx,
  );
  for (const { id } of rows) {
    const held = events.filter(({ source }) => source === `batch:${id}`);
    const source = `skip:batch:${id}`;
    for (const event of held) event.source = source;
    await engine.db.run(
      `UPDATE millrace_events SET source = ? WHERE id IN (${marks(held)})`,
      [source, ...held.map((event) => Number(event.id))],
      tx,
    );
  }
}
