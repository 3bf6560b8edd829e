import type { Step } from "../graph/index.js";
import type { Engine } from "./engine.js";
import type { Place } from "./run.js";
import type { StepRow } from "./step-row.js";
import { askWhetherItHappened, mustAsk } from "./waits/unknown-effect.js";
import type { Walk } from "./walk.js";

/** Who broke off a try: its worker died, or our database was not there. */
type Cause = "worker" | "database";

const said = {
  worker: "The worker stopped during this try.",
  database: "The database could not be reached during this try.",
};

/** After the database was away a step waits this long. */
const PATIENCE_MS = 1_000;

/**
 * Ends a try of which nobody knows whether its call went out. It is repeated with the same idempotency key and the log says
 * so; where it may happen once only, a person is asked. It is no failure of the step. `place`: where the run stands for it, if it does.
 */
export function interrupt(
  engine: Engine,
  walk: Walk,
  step: Step | undefined,
  place: Place | undefined,
  row: StepRow,
  cause: Cause,
): void {
  const finishedAt = engine.clock.now();
  if (step && place && mustAsk(step)) {
    const error = unsure(`${said[cause]} Whether it took effect is not known.`, "unknown_outcome", false);
    walk.endedRows.push({ ...row, status: "unknown", error, finishedAt });
    askWhetherItHappened(engine, walk, step, place);
    return;
  }
  const error = unsure(`${said[cause]} It is repeated with the same idempotency key.`, "interrupted", true);
  walk.endedRows.push({ ...row, status: "retrying", error, finishedAt });
  if (!place) return;
  if (cause === "worker") place.attempt = row.position.attempt + 1;
  else place.wait = { at: finishedAt + PATIENCE_MS, retry: true };
}

const unsure = (message: string, code: string, retryable: boolean) => ({ code, message, retryable });
