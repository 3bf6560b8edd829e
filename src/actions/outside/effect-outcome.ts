import type { EffectResult } from "../../effects/index.js";
import { isObject } from "../../shared/json.js";
import type { Outcome } from "../action.js";

/** What an effect's result means for the step. Of a failure, what is known of the answer goes along as details. */
export function effectOutcome(result: EffectResult): Outcome {
  if (result.ok) return { type: "done", output: result.output };
  const { code, message, retryable, retryAfterMs, output } = result;
  return {
    type: "fail",
    error: { code, message, ...(output ? { details: output } : {}) },
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The non-empty texts of a config member that takes one or a list; anything that is no text stays for the gateway to name. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .filter((one) => one !== undefined && one !== null && one !== "")
    .map((one) => (isObject(one) ? JSON.stringify(one) : String(one)));
}
