import { breaksTransaction } from "../db/index.js";
import { messageOf, Problem } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { TemplateError } from "../templates/index.js";
import type { Outcome } from "./action.js";

/** The outcome of a step that threw. */
export function failureOf(error: unknown): Outcome {
  if (error instanceof TemplateError)
    return failure("template", error, false, { fault: error.fault, ...error.details });
  if (error instanceof Problem) {
    const retryable = error.status === 409 || error.status === 429 || error.status >= 500;
    return failure(error.code, error, retryable, error.errors.length > 0 ? { errors: error.errors } : error.details);
  }
  const broken = breaksTransaction(error);
  return failure(broken ? "database" : "internal", error, broken);
}

function failure(code: string, error: unknown, retryable: boolean, details: JsonObject = {}): Outcome {
  const message = messageOf(error);
  return {
    type: "fail",
    error: Object.keys(details).length > 0 ? { code, message, details } : { code, message },
    retryable,
  };
}
