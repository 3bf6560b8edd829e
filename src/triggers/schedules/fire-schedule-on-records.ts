import type { AutomationRoom } from "../../automations/index.js";
import { findRecords } from "../../crm/index.js";
import { iso } from "../../shared/clock.js";
import { Problem } from "../../shared/errors.js";
import { fireRecords } from "../dates/fire-records.js";
import { addMissed, addTicks, closeTick, type NewTick, takenTicks } from "../tick.js";
import { keyOf, moveTimer, NEVER, ownerOf } from "../timer.js";
import { type Decided, type Due, nextAfter, type Turn } from "./due-schedule.js";

/** Records of one page, and pages gone through before other schedules have their turn. */
const PAGE = 200;
const PAGES_A_TURN = 5;

/** Where this process stands in the records of a tick; after a restart it begins anew and passes over what is done. */
const cursors = new WeakMap<object, Map<string, string>>();

/** A schedule on records: marks the tick it will go through next, and moves the timer there. */
export async function openTick(room: AutomationRoom, { timer }: Due, { fire, missed, next }: Decided): Promise<Turn> {
  const [first] = fire;
  return room.db.inTransaction(async (tx) => {
    if (first !== undefined) {
      const open: NewTick = { recordId: "", tick: iso(first), status: "open", eventId: null, at: room.clock.now() };
      await addTicks(room.db, timer, [open], tx, true);
    }
    const gone = first !== undefined && (await takenTicks(room.db, timer, [iso(first)], tx)).get(iso(first)) !== "open";
    const nextAt = first === undefined || gone ? (fire[1] ?? next) : first;
    const moved = nextAt === timer.nextAt || (await moveTimer(room.db, timer, { nextAt }, tx));
    if (moved) await addMissed(room.db, timer, missed, room.clock.now(), tx);
    return { emitted: 0, moved };
  });
}

/** Goes through some more of the records that meet the filter; after the last one the tick is fired. */
export async function fireForRecords(room: AutomationRoom, due: Due, object: string): Promise<Turn> {
  const { timer, version, trigger, plan } = due;
  const tick = iso(timer.nextAt);
  const places = cursors.get(room.db) ?? new Map<string, string>();
  cursors.set(room.db, places);
  const place = `${keyOf(timer)} ${tick}`;
  let emitted = 0;
  try {
    for (let pages = 0; pages < PAGES_A_TURN; pages++) {
      const cursor = places.get(place);
      const options = { when: trigger.when, limit: PAGE, cursor, timezone: plan.zone };
      const { records, nextCursor } = await findRecords(room, version.workspaceId, object, options);
      const ticks = records.map((record) => ({ record, tick }));
      emitted += await fireRecords(room, "schedule", version.workspaceId, ownerOf(timer), ticks);
      if (!nextCursor) return { emitted, moved: await finishTick(room, due, "fired", place) };
      places.set(place, nextCursor);
    }
  } catch (error) {
    // The object or a field of the filter is gone: this tick cannot be made up for, and says so.
    if (error instanceof Problem) await finishTick(room, due, "failed", place);
    throw error;
  }
  return { emitted, moved: true };
}

async function finishTick(
  room: AutomationRoom,
  { timer, version, plan }: Due,
  status: "fired" | "failed",
  place: string,
): Promise<boolean> {
  cursors.get(room.db)?.delete(place);
  const fired = timer.fired + 1;
  const nextAt =
    plan.times !== null && fired >= plan.times ? NEVER : nextAfter(plan, Math.max(timer.nextAt, version.activatedAt));
  return room.db.inTransaction(async (tx) => {
    const moved = await moveTimer(room.db, timer, { nextAt, fired }, tx);
    if (moved) await closeTick(room.db, timer, iso(timer.nextAt), status, tx);
    return moved;
  });
}
