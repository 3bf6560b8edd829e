import type { Engine } from "./engine.js";
import type { Tried } from "./perform.js";
import type { Place, Wait } from "./run.js";
import type { StepRow } from "./step-row.js";
import type { Walk } from "./walk.js";

/**
 * Ends a wait that is over by `error`: such a step has failed, and its policy, its `error` port and the log are to treat
 * it so. Null, and nothing done, for every other wait.
 */
export function failedWait(
  engine: Engine,
  walk: Walk,
  place: Place,
  { n, token, answer, timeoutPort }: Wait,
): { tried: Tried; row: StepRow } | null {
  if (n === undefined || (answer?.port ?? timeoutPort) !== "error") return null;
  const { key, iteration, attempt } = place;
  // It rests no longer: what ends with this failure is this step, not a wait.
  delete place.wait;
  if (token) walk.endedWaits.push({ key, iteration });
  const late = { code: "timeout", message: "What it waited for had not ended when its time was up." };
  const error = answer ? (answer.error ?? { code: "failed", message: "What it waited for ended badly." }) : late;
  const output = answer?.output ?? { timedOut: true };
  const startedAt = engine.clock.now();
  return {
    tried: { outcome: { type: "fail", error, retryable: false, output }, input: null, writes: [], startedAt },
    row: {
      n,
      position: { key, iteration, attempt },
      status: "failed",
      input: null,
      output,
      error: null,
      port: "error",
      conditions: null,
      writes: [],
      startedAt,
      finishedAt: null,
    },
  };
}
