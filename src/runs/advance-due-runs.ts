import { faultPoint } from "../shared/fault-points.js";
import { advanceRuns } from "./advance-run.js";
import { claimRuns } from "./claim-runs.js";
import type { Engine } from "./engine.js";

/**
 * Claims runs that are due and advances them, batch after batch until none is left or the process stops; of those that a
 * dead worker held, one at a time. Returns how many.
 */
export async function advanceDueRuns(engine: Engine): Promise<number> {
  let total = 0;
  while (!engine.stopping.aborted) {
    const advanced =
      (await advance(engine, "whole")) + (engine.inHand.holdsSuspect() ? 0 : await advance(engine, "broken"));
    if (advanced === 0) break;
    total += advanced;
  }
  return total;
}

async function advance(engine: Engine, which: "whole" | "broken"): Promise<number> {
  const claimed = await claimRuns(engine, which);
  if (claimed.length > 0) faultPoint("claimed");
  return advanceRuns(
    engine,
    claimed.map((run) => ({ run })),
    which === "broken",
  );
}
