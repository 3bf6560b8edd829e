import type { Arrivals } from "./next-steps.js";
import { type Plan, waysOn } from "./plan.js";

/** Arrivals as another version counts them, or the step at which they cannot be counted on and why. */
export type Carried = { arrivals: Arrivals[string] } | { at: string; why: "reached" | "done" };

/**
 * Works out, for one scope of a graph (a loop's body, or null for what lies outside loops), what has arrived where, when a
 * run goes on at `standing` in `plan`. What was counted before stays; ways the run does not stand on count as paths nobody
 * takes, so that a join knows when no more can come. `standing` tells of each step whether it has begun; a join that
 * waits has not. Refused: a join already reached by a branch that is no more, and a step to come that is `done` already. Pure.
 */
export function carryArrivals(
  plan: Plan,
  before: Arrivals[string],
  standing: ReadonlyMap<string, boolean>,
  done: ReadonlySet<string>,
  loop: string | null,
): Carried {
  const coming = waysAhead(plan, before, standing, loop);
  const arrivals: Arrivals[string] = {};
  for (const [key, ways] of coming) {
    const fired = before[key]?.fired ?? standing.get(key) ?? false;
    if (!fired && done.has(key)) return { at: key, why: "done" };
    const others = Math.max(0, plan.incoming(key, loop) - ways);
    const live = Math.min(before[key]?.live ?? 0, fired ? others : Number.POSITIVE_INFINITY);
    if (live > others) return { at: key, why: "reached" };
    if (others > 0 || fired) arrivals[key] = { live, dead: others - live, ...(fired ? { fired: true } : {}) };
  }
  return { arrivals };
}

/** How many ways lead to each step from where the run stands. What has begun before passes nothing on a second time. */
function waysAhead(
  plan: Plan,
  before: Arrivals[string],
  standing: ReadonlyMap<string, boolean>,
  loop: string | null,
): Map<string, number> {
  const coming = new Map<string, number>();
  const seen = new Set(standing.keys());
  const waiting = [...seen];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const step = plan.steps.get(key);
    for (const target of step ? waysOn(plan, step, loop) : []) {
      coming.set(target, (coming.get(target) ?? 0) + 1);
      if (seen.has(target) || before[target]?.fired) continue;
      seen.add(target);
      waiting.push(target);
    }
  }
  return coming;
}
