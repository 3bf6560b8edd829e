import { lockOrSkip, marks, type Tx } from "../db/index.js";
import { messageOf } from "../shared/errors.js";
import { readEvent } from "./change-log.js";
import type { Event, EventRoom } from "./event.js";

/** An event that fails alone this often is set aside with its error, so that those behind it go on. */
const TRIES = 3;

/**
 * Hands the oldest unrelayed events, up to `limit`, to `handOver` and marks them relayed, all in one transaction: a crash
 * here only repeats. One relay works at a time across all processes, so that the events of a record keep their order;
 * another that finds it busy returns 0 at once. A batch that fails is handed over event by event, and one that keeps
 * failing is set aside with its error (see `failedEvents`). Returns how many events were dealt with.
 */
export async function relay(room: EventRoom, limit: number, handOver: (events: Event[], tx: Tx) => Promise<void>): Promise<number> {
  try {
    return await relayBatch(room, limit, handOver);
  } catch {
    return await relaySingly(room, limit, handOver);
  }
}

async function relayBatch(room: EventRoom, limit: number, handOver: (events: Event[], tx: Tx) => Promise<void>): Promise<number> {
  return room.db.inTransaction(async (tx) => {
    if (!(await lockOrSkip(room.db, "relay", tx))) return 0;
    const events = await pending(room, limit, tx);
    if (events.length === 0) return 0;
    await handOver(events, tx);
    const ids = events.map((event) => event.id);
    await room.db.run(`UPDATE millrace_events SET relayedAt = ? WHERE id IN (${marks(ids)})`, [room.clock.now(), ...ids], tx);
    return events.length;
  });
}

/** Stops at the first event that fails and may still be tried again, so that nothing overtakes it. */
async function relaySingly(room: EventRoom, limit: number, handOver: (events: Event[], tx: Tx) => Promise<void>): Promise<number> {
  for (let done = 0; done < limit; done++) {
    try {
      if ((await relayBatch(room, 1, handOver)) === 0) return done;
    } catch (error) {
      const setAside = await room.db.inTransaction(async (tx) => {
        const [event] = await pending(room, 1, tx);
        if (!event) return false;
        const now = room.clock.now();
        await room.db.run(
          `UPDATE millrace_events SET failures = failures + 1, error = ?, relayedAt = CASE WHEN failures >= ${TRIES} THEN ? ELSE NULL END WHERE id = ?`,
          [messageOf(error), now, event.id],
          tx,
        );
        const row = await room.db.one("SELECT relayedAt FROM millrace_events WHERE id = ?", [event.id], tx);
        return row?.["relayedAt"] !== null;
      });
      if (!setAside) throw error;
    }
  }
  return limit;
}

async function pending(room: EventRoom, limit: number, tx: Tx): Promise<Event[]> {
  const rows = await room.db.all(`SELECT * FROM millrace_events WHERE relayedAt IS NULL ORDER BY id LIMIT ${Math.trunc(limit)}`, [], tx);
  return rows.map(readEvent);
}
