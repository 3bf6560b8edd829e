import type { Engine } from "../runs/index.js";

/** An engine with a clock that is moved by hand, chance that is always the same, and bells that ring nowhere. */
export type EngineApart = Engine & { skipTo(instant: number): void };

/** The engine as a simulation has it; its clock stands still at `from` until it is moved on. */
export function engineApart(engine: Engine, from: number): EngineApart {
  let now = from;
  return {
    ...engine,
    clock: { now: () => now },
    random: () => 0.5,
    ring: () => undefined,
    ringAt: () => undefined,
    skipTo(instant) {
      now = Math.max(now, instant);
    },
  };
}
