import type { Clock } from "../shared/clock.js";

/**
 * Calls `tick` every `every` milliseconds until the returned function is called. Each time is computed from the first
 * one, so that lateness does not add up; a clock that jumps delays the next tick by half a period at most.
 */
export function startPoll(clock: Clock, every: number, tick: () => void): () => void {
  const first = clock.now();
  let timer: NodeJS.Timeout;
  const plan = () => {
    const sinceLast = (((clock.now() - first) % every) + every) % every;
    // A timer that fired a moment early must not fire for the same tick again.
    const wait = sinceLast > every / 2 ? 2 * every - sinceLast : every - sinceLast;
    timer = setTimeout(() => {
      plan();
      tick();
    }, wait);
  };
  plan();
  return () => clearTimeout(timer);
}
