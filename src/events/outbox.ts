import { breaksTransaction, lockOrSkip, lockOrWait, marks, type Row, type Tx } from "../db/index.js";
import { messageOf } from "../shared/errors.js";
import type { Event, EventRoom } from "./event.js";
import { damageOf, readEvent } from "./read-event.js";
import { addSetAside } from "./set-aside.js";

/** An event that fails alone this often is set aside with its error, so that those behind it go on. */
const TRIES = 2;

/** As much of an error is kept. */
const LONGEST_ERROR = 2_000;

/** Decides about a batch of events in `tx`. It may be repeated, so it changes nothing but rows. */
type HandOver = (events: Event[], tx: Tx) => Promise<void>;

/** Is told, in the transaction that gives an event up, which one and why. */
type TellSetAside = (event: Event, error: string, tx: Tx) => Promise<void>;

/**
 * Hands the oldest unrelayed events, up to `limit`, to `handOver` and marks them relayed, all in one transaction: a crash
 * here only repeats. One relay works at a time across all processes, so that the events of a record keep their order;
 * another that finds it busy returns 0 at once. A batch that fails is handed over event by event, and one that keeps
 * failing is set aside with its error (see `setAsideEvents`), of which `tell` is told in the same transaction. Returns
 * how many events were dealt with.
 */
export async function relay(room: EventRoom, limit: number, handOver: HandOver, tell?: TellSetAside): Promise<number> {
  try {
    return await relayBatch(room, limit, handOver);
  } catch {
    return await relaySingly(room, limit, handOver, tell);
  }
}

/** `seen` gets the oldest event before it is handed over: by the time of a failure another relay may be at the next. */
async function relayBatch(
  room: EventRoom,
  limit: number,
  handOver: HandOver,
  seen?: (oldest: string) => void,
): Promise<number> {
  return room.db.inTransaction(async (tx) => {
    if (!(await lockOrSkip(room.db, "relay", tx))) return 0;
    const rows = await pending(room, limit, tx);
    const [oldest] = rows;
    if (!oldest) return 0;
    seen?.(String(oldest["id"]));
    await handOver(rows.map(decidable), tx);
    await markRelayed(room, rows, tx);
    return rows.length;
  });
}

async function pending(room: EventRoom, limit: number, tx: Tx): Promise<Row[]> {
  return room.db.all(
    `SELECT * FROM millrace_events WHERE relayedAt IS NULL ORDER BY id LIMIT ${Math.trunc(limit)}`,
    [],
    tx,
  );
}

/** What a damaged event would have started is not guessed. */
function decidable(row: Row): Event {
  const event = readEvent(row);
  const damage = damageOf(event);
  if (damage !== null) throw new Error(damage);
  return event;
}

/** Success forgets what an event failed with before. */
async function markRelayed(room: EventRoom, rows: Row[], tx: Tx): Promise<void> {
  const ids = rows.map((row) => Number(row["id"]));
  const failed = rows.some((row) => Number(row["failures"]) > 0 || row["error"] !== null);
  await room.db.run(
    `UPDATE millrace_events SET relayedAt = ?${failed ? ", failures = 0, error = NULL" : ""} WHERE id IN (${marks(ids)})`,
    [room.clock.now(), ...ids],
    tx,
  );
}

/** Stops at the first event that fails and may still be tried again, so that nothing overtakes it. */
async function relaySingly(room: EventRoom, limit: number, handOver: HandOver, tell?: TellSetAside): Promise<number> {
  for (let done = 0; done < limit; done++) {
    let inHand: string | null = null;
    try {
      const relayed = await relayBatch(room, 1, handOver, (oldest) => {
        inHand = oldest;
      });
      if (relayed === 0) return done;
    } catch (error) {
      // A database that is not well says nothing about the event it was asked for.
      if (inHand === null || breaksTransaction(error)) throw error;
      if ((await countFailure(room, inHand, messageOf(error), tell)) === "again") throw error;
    }
  }
  return limit;
}

/**
 * Counts a failure of the very event that failed. `again`: it is tried once more; `over`: it is out of the way, given up
 * just now or dealt with by another relay meanwhile.
 */
async function countFailure(
  room: EventRoom,
  id: string,
  error: string,
  tell?: TellSetAside,
): Promise<"again" | "over"> {
  return room.db.inTransaction(async (tx) => {
    // Whoever has it in hand may be about to succeed with it.
    await lockOrWait(room.db, "relay", tx);
    const row = await room.db.one("SELECT * FROM millrace_events WHERE id = ? AND relayedAt IS NULL", [Number(id)], tx);
    if (!row) return "over";
    const failures = Number(row["failures"]) + 1;
    const isOver = failures >= TRIES;
    const said = error.slice(0, LONGEST_ERROR);
    await room.db.run(
      "UPDATE millrace_events SET failures = ?, error = ?, relayedAt = ? WHERE id = ?",
      [failures, said, isOver ? room.clock.now() : null, Number(id)],
      tx,
    );
    if (!isOver) return "again";
    const event = readEvent(row);
    await addSetAside(room, event, said, tx);
    await tell?.(event, said, tx);
    return "over";
  });
}

/** Makes an event wait for the relay again, as if it had never failed; 0 when it is not there any more. */
export async function handBack(room: EventRoom, id: number, tx: Tx): Promise<number> {
  const sql = "UPDATE millrace_events SET relayedAt = NULL, failures = 0, error = NULL WHERE id = ?";
  return (await room.db.run(sql, [id], tx)).changes;
}

/** How many events are not yet relayed. */
export async function countWaiting({ db }: Pick<EventRoom, "db">): Promise<number> {
  return Number((await db.one("SELECT COUNT(*) AS n FROM millrace_events WHERE relayedAt IS NULL"))?.["n"] ?? 0);
}
