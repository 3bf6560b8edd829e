import type { ActiveVersion } from "../../automations/index.js";
import type { Trigger } from "../../graph/index.js";
import type { CatchUp } from "../../shared/schedule.js";
import type { SchedulePlan } from "../../shared/schedule-plan.js";
import { NEVER, type Timer } from "../timer.js";
import { type Decision, decide } from "./missed-fires.js";
import { fireAfter, firesOf } from "./next-fire.js";

/** More ticks than one decision looks at. */
const MOST_TICKS = 1_101;

/** A schedule that is due, with all that deciding about it takes. */
export type Due = { timer: Timer & { nextAt: number }; version: ActiveVersion; trigger: Trigger; plan: SchedulePlan };

/** What a turn came to. `moved`: the timer stands elsewhere or went further, so it may have another turn at once. */
export type Turn = { emitted: number; moved: boolean };

/** Nothing was done here: another node was faster, or has to come first. */
export const lost: Turn = { emitted: 0, moved: false };

/** The decision about what is due, and the tick that follows it. */
export type Decided = Decision & { next: number };

/** Decides about all ticks of a schedule up to `now`. Pure. */
export function decideOn({ timer, version, trigger, plan }: Due, now: number): Decided {
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

/** The first tick after an instant, `NEVER` when there is none. */
export function nextAfter(plan: SchedulePlan, instant: number): number {
  return fireAfter(plan)(instant) ?? NEVER;
}
