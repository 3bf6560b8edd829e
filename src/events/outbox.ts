import { breaksTransaction, lockOrSkip, marks, type Row, type Tx } from "../db/index.js";
import { messageOf } from "../shared/errors.js";
import { readEvent } from "./change-log.js";
import type { Event, EventRoom } from "./event.js";

/** An event that fails alone this often is set aside with its error, so that those behind it go on. */
const TRIES = 2;

/**
 * Hands the oldest unrelayed events, up to `limit`, to `handOver` and marks them relayed, all in one transaction: a crash
 * here only repeats. One relay works at a time across all processes, so that the events of a record keep their order;
 * another that finds it busy returns 0 at once. A batch that fails is handed over event by event, and one that keeps
 * failing is set aside with its error (see `failedEvents`), of which `giveUp` is told in the same transaction. Returns how
 * many events were dealt with.
 */
export async function relay(
  room: EventRoom,
  limit: number,
  handOver: (events: Event[], tx: Tx) => Promise<void>,
  giveUp?: (event: Event, tx: Tx) => Promise<void>,
): Promise<number> {
  try {
    return await relayBatch(room, limit, handOver);
  } catch {
    return await relaySingly(room, limit, handOver, giveUp);
  }
}

async function relayBatch(
  room: EventRoom,
  limit: number,
  handOver: (events: Event[], tx: Tx) => Promise<void>,
): Promise<number> {
  return room.db.inTransaction(async (tx) => {
    if (!(await lockOrSkip(room.db, "relay", tx))) return 0;
    const events = await pending(room, limit, tx);
    if (events.length === 0) return 0;
    await handOver(events, tx);
    const ids = events.map((event) => event.id);
    await room.db.run(
      `UPDATE millrace_events SET relayedAt = ? WHERE id IN (${marks(ids)})`,
      [room.clock.now(), ...ids],
      tx,
    );
    return events.length;
  });
}

/** Stops at the first event that fails and may still be tried again, so that nothing overtakes it. */
async function relaySingly(
  room: EventRoom,
  limit: number,
  handOver: (events: Event[], tx: Tx) => Promise<void>,
  giveUp?: (event: Event, tx: Tx) => Promise<void>,
): Promise<number> {
  for (let done = 0; done < limit; done++) {
    try {
      if ((await relayBatch(room, 1, handOver)) === 0) return done;
    } catch (error) {
      // A database that is not well says nothing about the event it was asked for.
      if (breaksTransaction(error) || !(await setAside(room, error, giveUp))) throw error;
    }
  }
  return limit;
}

/** Counts a failure of the oldest event, whose row may itself be what cannot be read. True once it is out of the way. */
async function setAside(
  room: EventRoom,
  error: unknown,
  giveUp?: (event: Event, tx: Tx) => Promise<void>,
): Promise<boolean> {
  return room.db.inTransaction(async (tx) => {
    const oldest = await room.db.one(
      "SELECT * FROM millrace_events WHERE relayedAt IS NULL ORDER BY id LIMIT 1",
      [],
      tx,
    );
    if (!oldest) return false;
    const failures = Number(oldest["failures"]) + 1;
    const relayedAt = failures >= TRIES ? room.clock.now() : null;
    await room.db.run(
      "UPDATE millrace_events SET failures = ?, error = ?, relayedAt = ? WHERE id = ? AND relayedAt IS NULL",
      [failures, messageOf(error), relayedAt, Number(oldest["id"])],
      tx,
    );
    const event = relayedAt === null ? null : readable(oldest);
    if (event) await giveUp?.(event, tx);
    return relayedAt !== null;
  });
}

function readable(row: Row): Event | null {
  try {
    return readEvent(row);
  } catch {
    return null;
  }
}

async function pending(room: EventRoom, limit: number, tx: Tx): Promise<Event[]> {
  const rows = await room.db.all(
    `SELECT * FROM millrace_events WHERE relayedAt IS NULL ORDER BY id LIMIT ${Math.trunc(limit)}`,
    [],
    tx,
  );
  return rows.map(readEvent);
}
