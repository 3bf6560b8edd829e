import type { ActiveVersion, AutomationRoom } from "../../automations/index.js";
import { emitEvent } from "../../events/index.js";
import { iso } from "../../shared/clock.js";
import { clockCause } from "../dates/fire-records.js";
import { followAutomations } from "../follow-automations.js";
import { addMissed, addTicks, closeTick, type NewTick, takenTicks } from "../tick.js";
import { planOf } from "../timed-triggers.js";
import { dueTimers, keyOf, moveTimer, NEVER, ownerOf, type Timer } from "../timer.js";
import { type Decided, type Due, decideOn, lost, type Turn } from "./due-schedule.js";
import { fireForRecords, openTick } from "./fire-schedule-on-records.js";

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

/** A global schedule: one event for each tick to fire, with the ticks and the timer's move in one transaction. */
async function fireOnce(room: AutomationRoom, { timer, version }: Due, decided: Decided): Promise<Turn> {
  const of = ownerOf(timer);
  const due = decided.fire.map((at) => iso(at));
  return room.db.inTransaction(async (tx) => {
    const taken = await takenTicks(room.db, of, due, tx);
    const fire = due.filter((tick) => !taken.has(tick));
    if (!(await moveTimer(room.db, timer, { nextAt: decided.next, fired: timer.fired + fire.length }, tx))) return lost;
    const ticks: NewTick[] = [];
    for (const tick of fire) {
      const start = { workspaceId: version.workspaceId, kind: "schedule", data: { ...of, tick } };
      const eventId = await emitEvent(room, start, clockCause, tx);
      ticks.push({ recordId: "", tick, status: "fired", eventId, at: room.clock.now() });
    }
    await addTicks(room.db, of, ticks, tx);
    await addMissed(room.db, of, decided.missed, room.clock.now(), tx);
    return { emitted: ticks.length, moved: true };
  });
}
