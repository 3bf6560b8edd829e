import type { Tx } from "../db/index.js";
import type { Step } from "../graph/index.js";
import type { JsonObject } from "../shared/json.js";
import type { Engine } from "./engine.js";
import type { Place, Wait } from "./run.js";
import { knownSoFar } from "./so-far.js";
import { rowAt, type StepRow } from "./step-row.js";
import type { Tried } from "./tried.js";
import { whatWasSaid } from "./waits/unknown-effect.js";
import { endWait } from "./waits/waits.js";
import type { Walk } from "./walk.js";

/**
 * What the end of a rest comes to: the step is left by `ports`; it is to be settled as a try, in `row` of the log if it has
 * one already; or, null, the place stands as it now is.
 */
type Ended = { ports: string[] } | { tried: Tried; row?: StepRow } | null;

/** Ends the rest of a place that is due or answered. `tryAgain` tries its step once more. */
export async function endRest(
  engine: Engine,
  walk: Walk,
  step: Step,
  place: Place,
  wait: Wait,
  tryAgain: () => Promise<Tried>,
  tx: Tx,
): Promise<Ended> {
  if (wait.retry) {
    delete place.wait;
    return null;
  }
  if (wait.unknown) {
    const tried = whatWasSaid(engine, walk, step, place, wait);
    return tried && { tried };
  }
  if (wait.n !== undefined && wait.follows && wait.answer) {
    // What the step waits for has changed: it settles anew, in its own row of the log.
    setFree(walk, place);
    return { tried: await tryAgain(), row: rowAt(wait.n, place, "waiting", walk.now()) };
  }
  const isLate = !wait.answer && wait.token !== undefined && wait.timeoutPort !== undefined;
  const soFar = isLate && wait.token ? await knownSoFar(engine, walk.run.id, wait.token, tx) : {};
  if (wait.n !== undefined && (wait.answer?.port ?? wait.timeoutPort) === "error") {
    setFree(walk, place);
    return { tried: failed(walk, wait, soFar), row: rowAt(wait.n, place, "failed", walk.now()) };
  }
  return { ports: endWait(engine, walk, place, wait, soFar) };
}

/** From here on it is the step that comes to an end, not a wait. */
function setFree(walk: Walk, place: Place): void {
  if (place.wait?.token) walk.endedWaits.push({ key: place.key, iteration: place.iteration });
  delete place.wait;
}

/** A wait that is over by `error` is a step that failed: its policy, its `error` port and the log treat it so. */
function failed(walk: Walk, { answer }: Wait, soFar: JsonObject): Tried {
  const late = { code: "timeout", message: "What it waited for had not ended when its time was up." };
  const error = answer ? (answer.error ?? { code: "failed", message: "What it waited for ended badly." }) : late;
  const output = answer?.output ?? { timedOut: true, ...soFar };
  const outcome = { type: "fail" as const, error, retryable: false, output };
  return { outcome, input: null, writes: [], startedAt: walk.now(), failures: answer?.failures };
}
