import { isRetryable } from "../db/index.js";
import { messageOf, Problem } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
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

/**
 * True when the database has given up the whole transaction, not one statement: nothing done in it holds any more, so
 * the error belongs to whoever opened it. A deadlock, a lost connection, a full or read-only disk.
 */
export function breaksTransaction(error: unknown): boolean {
  return isRetryable(error) || isFatal(error);
}

const fatalCodes =
  /^(PROTOCOL_|SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOMEM|INTERRUPT)|ER_(OPTION_PREVENTS_STATEMENT|DISK_FULL|RECORD_FILE_FULL|SERVER_SHUTDOWN|QUERY_INTERRUPTED|CON_COUNT_ERROR|READ_ONLY_MODE))/;

function isFatal(error: unknown): boolean {
  if (!isObject(error) && !(error instanceof Error)) return false;
  const { fatal, code, parent } = error as { fatal?: unknown; code?: unknown; parent?: unknown };
  return (
    fatal === true ||
    (typeof code === "string" && fatalCodes.test(code)) ||
    (parent !== undefined && parent !== error && isFatal(parent))
  );
}

function failure(code: string, error: unknown, retryable: boolean, details: JsonObject = {}): Outcome {
  const message = messageOf(error);
  return {
    type: "fail",
    error: Object.keys(details).length > 0 ? { code, message, details } : { code, message },
    retryable,
  };
}
