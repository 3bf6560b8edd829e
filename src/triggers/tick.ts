import { type Database, marks, type Row, type Tx } from "../db/index.js";
import { iso } from "../shared/clock.js";

/**
 * One tick of a schedule, or one date of a record reached: kept for ever, its key what makes it happen once. `tick` is
 * the planned instant, or the date value. `recordId` is empty for the tick of a schedule as such.
 * `open`: a schedule is still going through its records. `failed`: its object or filter no longer works.
 */
type Tick = {
  triggerKey: string;
  recordId: string | null;
  tick: string;
  status: "open" | "fired" | "missed" | "failed";
  eventId: string | null;
  at: string;
};

/** The part of a tick's key that is the same for all ticks of one trigger. */
export type TickOwner = { automationId: string; triggerKey: string };

/** Which of these ticks of a schedule are taken already, with their status. */
export async function takenTicks(db: Database, of: TickOwner, ticks: string[], tx?: Tx): Promise<Map<string, string>> {
  if (ticks.length === 0) return new Map();
  const rows = await db.all(
    `SELECT tick, status FROM millrace_ticks WHERE automationId = ? AND triggerKey = ? AND recordId = '' AND tick IN (${marks(ticks)})`,
    [of.automationId, of.triggerKey, ...ticks],
    tx,
  );
  return new Map(rows.map((row) => [String(row["tick"]), String(row["status"])]));
}

/** Which (record, tick) pairs of these records are taken already, as `record tick`. */
export async function takenRecords(db: Database, of: TickOwner, recordIds: string[], tx: Tx): Promise<Set<string>> {
  const rows = await db.all(
    `SELECT recordId, tick FROM millrace_ticks WHERE automationId = ? AND triggerKey = ? AND recordId IN (${marks(recordIds)})`,
    [of.automationId, of.triggerKey, ...recordIds],
    tx,
  );
  return new Set(rows.map((row) => `${row["recordId"]} ${row["tick"]}`));
}

/** A tick to write. */
export type NewTick = { recordId: string; tick: string; status: Tick["status"]; eventId: string | null; at: number };

/** Writes ticks. One whose key is taken is an error that undoes the transaction, or, with `orIgnore`, is left alone. */
export async function addTicks(db: Database, of: TickOwner, ticks: NewTick[], tx: Tx, orIgnore = false): Promise<void> {
  const rows = ticks.map((tick) => ({ automationId: of.automationId, triggerKey: of.triggerKey, ...tick }));
  if (rows.length > 0) await db.insert("millrace_ticks", rows, tx, orIgnore);
}

/** Records ticks of a schedule that nobody fired; one that is taken already stays as it is. */
export async function addMissed(db: Database, of: TickOwner, instants: number[], at: number, tx: Tx): Promise<void> {
  const missed = { recordId: "", status: "missed" as const, eventId: null, at };
  await addTicks(
    db,
    of,
    instants.map((instant) => ({ ...missed, tick: iso(instant) })),
    tx,
    true,
  );
}

/** Ends an open tick of a schedule. */
export async function closeTick(
  db: Database,
  of: TickOwner,
  tick: string,
  status: Tick["status"],
  tx?: Tx,
): Promise<void> {
  await db.run(
    "UPDATE millrace_ticks SET status = ? WHERE automationId = ? AND triggerKey = ? AND recordId = '' AND tick = ? AND status = 'open'",
    [status, of.automationId, of.triggerKey, tick],
    tx,
  );
}

/** The newest ticks of an automation's schedules and dates, missed ones included. */
export async function ticksOf(room: { db: Database }, automationId: string, limit = 50): Promise<Tick[]> {
  const rows = await room.db.all(
    `SELECT * FROM millrace_ticks WHERE automationId = ? ORDER BY at DESC, tick DESC LIMIT ${Math.min(Math.max(Math.trunc(limit), 1), 200)}`,
    [automationId],
  );
  return rows.map(readTick);
}

function readTick(row: Row): Tick {
  return {
    triggerKey: String(row["triggerKey"]),
    recordId: row["recordId"] === "" ? null : String(row["recordId"]),
    tick: String(row["tick"]),
    status: row["status"] as Tick["status"],
    eventId: row["eventId"] === null ? null : String(row["eventId"]),
    at: iso(Number(row["at"])),
  };
}
