import type { Outcome } from "../actions/index.js";
import { isConnected, outletsOf, type Step, verdictOn } from "../graph/index.js";
import type { Engine } from "./engine.js";
import type { Place } from "./run.js";
import type { Circumstance, Settled } from "./settled.js";
import type { Tried } from "./tried.js";
import { mustAsk } from "./waits/unknown-effect.js";
import type { Walk } from "./walk.js";

/**
 * What a failed try comes to: a question when its call may have had an effect that is to happen once at most; another try
 * by its policy; its `error` port; the next step where the policy passes over failures; else the loop, or the run, fails.
 */
export function settleFailure(
  engine: Engine,
  walk: Walk,
  step: Step,
  place: Place,
  outcome: Extract<Outcome, { type: "fail" }> & Pick<Tried, "failures">,
  { announced, isGone }: Circumstance,
): Settled {
  const { plan } = walk.version;
  const { error, retryable, output = null, failures = 1 } = outcome;
  const row = { status: "failed" as const, error: { ...error, retryable }, output };
  if (announced && !isGone && mustAsk(step, error))
    return { row: { ...row, status: "unknown" }, failures: 0, onward: { to: "question" } };
  const verdict = verdictOn(plan.document, step, place.attempt, outcome, engine.random());
  if (verdict.then === "retry" && !isGone && !walk.finished) {
    const at = engine.clock.now() + verdict.delayMs;
    return { row: { ...row, status: "retrying" }, failures: 0, onward: { to: "again", at } };
  }
  if (isConnected(plan, step, "error"))
    return { row: { ...row, port: "error" }, failures, onward: { to: "ports", ports: ["error"] } };
  if (verdict.then === "continue") return { row, failures, onward: { to: "ports", ports: [outletsOf(plan, step)] } };
  return { row, failures, onward: { to: "caught", error } };
}
