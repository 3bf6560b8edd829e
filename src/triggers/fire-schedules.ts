import type { ActiveVersion, AutomationRoom } from "../automations/index.js";
import { findRecords } from "../crm/index.js";
import { emitEvent } from "../events/index.js";
import { iso } from "../shared/clock.js";
import { Problem } from "../shared/errors.js";
import type { CatchUp, SchedulePlan } from "../shared/schedule.js";
import { clockCause, fireRecords } from "./fire-records.js";
import { followAutomations, planOf, type Trigger } from "./follow-automations.js";
import { type Decision, decide } from "./missed-fires.js";
import { fireAfter, firesOf } from "./next-fire.js";
import { addTicks, closeTick, takenTicks } from "./tick.js";
import { dueTimers, moveTimer, NEVER, type Timer } from "./timer.js";

/** More ticks than one decision looks at. */
const MOST_TICKS = 1_101;

/** Records of one page, and pages gone through before other schedules have their turn. */
const PAGE = 200;
const PAGES_A_TURN = 5;

/** A schedule that is due, with all that deciding about it takes. */
type Due = { timer: Timer & { nextAt: number }; version: ActiveVersion; trigger: Trigger; plan: SchedulePlan };

/** Where this process stands in the records of a tick; after a restart it begins anew and passes over what is done. */
const cursors = new WeakMap<object, Map<string, string>>();

/**
 * Fires every schedule that is due, exactly once across all nodes, and returns how many events that made. With nothing
 * due it costs two look-ups. A schedule that fails does not keep the others; the first error is thrown at the end.
 */
export async function fireSchedules(room: AutomationRoom): Promise<number> {
  const passed = new Set<string>();
  const errors: unknown[] = [];
  let emitted = 0;
  for (;;) {
    const followed = await followAutomations(room);
    const due = (await dueTimers(room.db, "schedule", room.clock.now())).filter((timer) => !passed.has(keyOf(timer)));
    for (const timer of due) {
      try {
        const turn = await fireTimer(room, timer, followed.get(timer.automationId));
        emitted += turn.emitted;
        if (!turn.moved) passed.add(keyOf(timer));
      } catch (error) {
        passed.add(keyOf(timer));
        errors.push(error);
      }
    }
    if (due.length === 0) break;
  }
  if (errors.length > 0) throw errors[0];
  return emitted;
}

/** What a turn came to. `moved`: the timer stands elsewhere or went further, so it may have another turn at once. */
type Turn = { emitted: number; moved: boolean };

const lost: Turn = { emitted: 0, moved: false };

async function fireTimer(room: AutomationRoom, timer: Timer, version: ActiveVersion | undefined): Promise<Turn> {
  const { nextAt } = timer;
  const trigger = version?.document.triggers.find(({ key, kind }) => key === timer.triggerKey && kind === "schedule");
  if (nextAt === null) return lost;
  if (!version || !trigger) return sleep(room, { ...timer, nextAt });
  // Another process follows a newer publication, or its own timer has not been moved yet: the next poll sees it.
  if (version.version !== timer.version) return lost;
  const plan = await planOf(room, version, trigger);
  if (!plan) return { emitted: 0, moved: await moveTimer(room.db, timer, { nextAt: NEVER }) };
  const due = { timer: { ...timer, nextAt }, version, trigger, plan };
  if (version.document.object === null) return fireOnce(room, due, decideOn(due, room.clock.now()));
  const taken = await takenTicks(room.db, timer, [iso(nextAt)]);
  return taken.get(iso(nextAt)) === "open"
    ? fireForRecords(room, due, version.document.object)
    : openTick(room, due, decideOn(due, room.clock.now()));
}

/** Nothing listens any more: the timer sleeps until the automation is resumed. */
async function sleep(room: AutomationRoom, timer: Timer & { nextAt: number }): Promise<Turn> {
  const moved = await moveTimer(room.db, timer, { nextAt: null });
  if (moved) await closeTick(room.db, timer, iso(timer.nextAt), "missed");
  return { emitted: 0, moved };
}

/** The decision about what is due, and the tick that follows it. */
type Decided = Decision & { next: number };

function decideOn({ timer, version, trigger, plan }: Due, now: number): Decided {
  const { nextAt } = timer;
  // A tick owed from before this publication stands first; the rest are the new version's own.
  const ticks = [nextAt, ...firesOf(plan, Math.max(nextAt, version.activatedAt), MOST_TICKS, now)];
  const decision = decide(ticks, now, (trigger["catchUp"] as CatchUp | undefined) ?? "one");
  const left = plan.times === null ? Number.POSITIVE_INFINITY : plan.times - timer.fired;
  const fire = decision.fire.slice(0, Math.max(0, left));
  const last = decision.more ? decision.missed.at(-1) : ticks.at(-1);
  const next = fire.length === left ? NEVER : nextAfter(plan, Math.max(last ?? nextAt, version.activatedAt));
  return { ...decision, fire, next };
}

function nextAfter(plan: SchedulePlan, instant: number): number {
  return fireAfter(plan)(instant) ?? NEVER;
}

/** A global schedule: one event for each tick to fire, with the ticks and the timer's move in one transaction. */
async function fireOnce(room: AutomationRoom, { timer, version }: Due, decided: Decided): Promise<Turn> {
  const { automationId, triggerKey } = timer;
  const of = { automationId, triggerKey };
  return room.db.inTransaction(async (tx) => {
    const moved = await moveTimer(
      room.db,
      timer,
      { nextAt: decided.next, fired: timer.fired + decided.fire.length },
      tx,
    );
    if (!moved) return lost;
    const taken = await takenTicks(
      room.db,
      of,
      decided.fire.map((at) => iso(at)),
      tx,
    );
    const fire = decided.fire.map((at) => iso(at)).filter((tick) => !taken.has(tick));
    const ticks = [];
    for (const tick of fire) {
      const eventId = await emitEvent(
        room,
        { workspaceId: version.workspaceId, kind: "schedule", data: { ...of, tick } },
        clockCause,
        tx,
      );
      ticks.push({ recordId: "", tick, status: "fired" as const, eventId, at: room.clock.now() });
    }
    await addTicks(room.db, of, ticks, tx);
    await addMissed(room, of, decided.missed, tx);
    return { emitted: ticks.length, moved: true };
  });
}

/** A schedule on records: marks the tick it will go through next, and moves the timer there. */
async function openTick(room: AutomationRoom, { timer }: Due, { fire, missed, next }: Decided): Promise<Turn> {
  const [first] = fire;
  return room.db.inTransaction(async (tx) => {
    if (first !== undefined) {
      await addTicks(
        room.db,
        timer,
        [{ recordId: "", tick: iso(first), status: "open", eventId: null, at: room.clock.now() }],
        tx,
        true,
      );
    }
    const gone = first !== undefined && (await takenTicks(room.db, timer, [iso(first)], tx)).get(iso(first)) !== "open";
    const nextAt = first === undefined || gone ? (fire[1] ?? next) : first;
    const moved = nextAt === timer.nextAt || (await moveTimer(room.db, timer, { nextAt }, tx));
    if (moved) await addMissed(room, timer, missed, tx);
    return { emitted: 0, moved };
  });
}

/** Goes through some more of the records that meet the filter; after the last one the tick is fired. */
async function fireForRecords(room: AutomationRoom, due: Due, object: string): Promise<Turn> {
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

async function addMissed(
  room: AutomationRoom,
  of: Timer | ReturnType<typeof ownerOf>,
  missed: number[],
  tx: Parameters<typeof addTicks>[3],
): Promise<void> {
  const at = room.clock.now();
  const rows = missed.map((instant) => ({
    recordId: "",
    tick: iso(instant),
    status: "missed" as const,
    eventId: null,
    at,
  }));
  await addTicks(room.db, of, rows, tx, true);
}

function ownerOf({ automationId, triggerKey }: Timer): { automationId: string; triggerKey: string } {
  return { automationId, triggerKey };
}

function keyOf({ automationId, triggerKey }: Timer): string {
  return `${automationId} ${triggerKey}`;
}
