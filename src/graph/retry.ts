import { durationMs } from "../shared/duration.js";
import type { Document, ErrorPolicy, Step } from "./document.js";

/** What to do about a failed try: try again after a delay, give up and stop the run, or go on without the step. */
export type Verdict = { then: "retry"; delayMs: number } | { then: "stop" | "continue" };

/** A failure as the policy sees it. `retryAfterMs` is what the other side asked for. */
type Failure = { retryable: boolean; retryAfterMs?: number | undefined; final?: true };

/** The other side may ask for patience, but not for more than this. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Decides about a failed try. `random` in [0, 1) spreads retries by a fifth either way. Pure. The step's own policy
 * replaces the document's; without either a failure stops the run.
 */
export function verdictOn(document: Document, step: Step, attempt: number, failure: Failure, random: number): Verdict {
  const policy: ErrorPolicy = step.onError ?? document.onError ?? { policy: "stop" };
  if (policy.policy !== "retry") return { then: policy.policy };
  const worthIt = !failure.final && (failure.retryable || policy.on === "all");
  if (!worthIt || attempt >= (policy.attempts ?? 3)) return { then: policy.then ?? "stop" };
  return { then: "retry", delayMs: delayBefore(policy, attempt, failure.retryAfterMs ?? 0, random) };
}

function delayBefore(policy: ErrorPolicy, attempt: number, retryAfterMs: number, random: number): number {
  const grown = durationMs(policy.delay ?? "30s") * (policy.factor ?? 2) ** (attempt - 1);
  const capped = Math.min(grown, durationMs(policy.maxDelay ?? "1h"));
  const spread = policy.jitter === false ? 1 : 0.8 + 0.4 * random;
  return Math.max(Math.round(capped * spread), Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
}
