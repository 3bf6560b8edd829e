import type { CatchUp } from "../../shared/schedule.js";
import type { SchedulePlan } from "../../shared/schedule-plan.js";
import { firesOf } from "./next-fire.js";

/** A tick seen within this time of its instant is on time, whatever the policy. */
const ON_TIME_MS = 60_000;

/** The most ticks that `all` makes up for. */
const MOST_CAUGHT_UP = 100;

/** The most ticks decided at once; a year of minutes is worked off in portions. */
const PORTION = 1_000;

/** Which ticks to fire and which to record as missed, oldest first. `more`: later ticks are due too, decide again. */
export type Decision = { fire: number[]; missed: number[]; more: boolean };

/**
 * Decides about the ticks of a schedule in (`since`, `now`]. A tick at most a minute late fires under every policy.
 * Of the older ones `none` fires nothing, `one` the newest unless one is on time, `all` the newest hundred.
 */
export function missedFires(plan: SchedulePlan, since: number, now: number, policy: CatchUp = "one"): Decision {
  return decide(firesOf(plan, since, PORTION + MOST_CAUGHT_UP + 1, now), now, policy);
}

/** The same for ticks already at hand, oldest first: all that are due, or the oldest of very many. */
export function decide(due: number[], now: number, policy: CatchUp): Decision {
  if (due.length > PORTION + MOST_CAUGHT_UP) {
    const onTime = due.findIndex((tick) => tick >= now - ON_TIME_MS);
    // So many newer ones are due that these are beyond every policy's reach.
    if (onTime < 0 || onTime >= PORTION) return { fire: [], missed: due.slice(0, PORTION), more: true };
  }
  const late = due.filter((tick) => tick < now - ON_TIME_MS);
  const onTime = due.slice(late.length);
  const caughtUp = policy === "all" ? MOST_CAUGHT_UP : policy === "one" && onTime.length === 0 ? 1 : 0;
  const missed = late.slice(0, Math.max(0, late.length - caughtUp));
  return { fire: [...late.slice(missed.length), ...onTime], missed, more: false };
}
