import type { ErrorPolicy } from "../../graph/index.js";
import { isObject } from "../../shared/json.js";
import { durationOf } from "../names/durations.js";
import { saidOf } from "../names/said.js";
import { type Source, sourceOf } from "../source.js";
import type { Report } from "../work.js";

const MOST_ATTEMPTS = 20;

const retryNames = ["retry_config", "retryPolicy", "retry", "retries", "retry_settings"];

/**
 * What happens when a step fails, from the words of a step or a definition: `error_handling` (stop, continue, retry) and
 * `retry_config`. Undefined when nothing is said.
 */
export function errorPolicyOf(source: Source, report: Report): ErrorPolicy | undefined {
  const path = source.at("error_handling", "on_error", "onFailure");
  const given = source.take("error_handling", "on_error", "onFailure");
  const words = isObject(given) ? sourceOf(given, path) : undefined;
  const named = words ? words.text("policy", "strategy", "action", "mode") : given;
  const goesOn = source.take("continueOnError", "continue_on_fail", "continue_on_failure", "ignore_errors") === true;
  const retry = (words && (retryOf(words, report) ?? retryIn(words, report, true))) ?? retryOf(source, report);
  reportLeft(words, "A failure is handled without such a setting here.", report);
  const wanted = typeof named === "string" ? named.toLowerCase() : undefined;
  if (wanted !== undefined && !/^(?:stop|fail|abort|halt|continue|skip|ignore|resume|retry)$/.test(wanted))
    report(path, `"${saidOf(named)}" is no way to handle a failure here: stop, continue or retry.`);
  const continues = goesOn || (wanted !== undefined && /^(?:continue|skip|ignore|resume)$/.test(wanted));
  if (retry || wanted === "retry")
    return { policy: "retry", ...(retry ?? { attempts: 3 }), ...(continues ? { then: "continue" } : {}) };
  if (continues) return { policy: "continue" };
  return wanted !== undefined && /^(?:stop|fail|abort|halt)$/.test(wanted) ? { policy: "stop" } : undefined;
}

function retryOf(source: Source, report: Report): Omit<ErrorPolicy, "policy"> | undefined {
  const path = source.at(...retryNames);
  const given = source.take(...retryNames);
  if (typeof given === "number") return given > 0 ? { attempts: bounded(given + 1, path, report) } : undefined;
  if (!isObject(given)) return undefined;
  const retry = sourceOf(given, path);
  const found = retryIn(retry, report);
  reportLeft(retry, "Retries have no such setting here.", report);
  return found;
}

function reportLeft(source: Source | undefined, reason: string, report: Report): void {
  for (const [name] of source?.rest() ?? []) report(source?.at(name) ?? name, reason);
}

/** Retries that are told member by member; undefined when nothing is said of them. `named`: `strategy` is that of failures. */
function retryIn(retry: Source, report: Report, named = false): Omit<ErrorPolicy, "policy"> | undefined {
  const { path } = retry;
  const before = retry.rest().length;
  if (retry.take("enabled", "retry_on_failure") === false) return undefined;
  const attempts = retry.take("max_attempts", "attempts");
  const retries = retry.take("max_retries", "retries", "count");
  const total = typeof attempts === "number" ? attempts : typeof retries === "number" ? retries + 1 : 3;
  const delay =
    durationOf(retry.take("backoff_ms", "delay_ms", "interval_ms", "initial_delay_ms"), "ms") ??
    durationOf(
      retry.take(
        "delay_seconds",
        "retry_delay_seconds",
        "retry_delay",
        "delay",
        "interval",
        "initial_delay",
        "backoff_seconds",
      ),
      "s",
    ) ??
    durationOf(retry.take("delay_minutes"), "m");
  const maxDelay =
    durationOf(retry.take("max_delay_ms", "max_backoff_ms"), "ms") ??
    durationOf(retry.take("max_delay", "max_delay_seconds"), "s");
  const factor = retry.take("backoff_multiplier", "factor", "multiplier", "backoff_factor", "backoff_coefficient");
  if (retry.rest().length === before) return undefined;
  const kindNames = ["backoff", "backoff_type", ...(named ? [] : ["strategy"])];
  const [kindAt, kind] = [retry.at(...kindNames), retry.take(...kindNames)];
  const even = /^(?:fixed|constant|none)$/i.test(saidOf(kind));
  if (kind !== undefined && !even && !/^(?:exponential|exp)$/i.test(saidOf(kind)))
    report(kindAt, `Delays stay the same or double here, and are not "${saidOf(kind)}"; they double.`);
  const grows = typeof factor === "number" ? Math.min(Math.max(factor, 1), 10) : even ? 1 : undefined;
  if (total <= 1) return undefined;
  return {
    attempts: bounded(total, path, report),
    ...(delay && delay !== "0s" ? { delay } : {}),
    ...(grows === undefined ? {} : { factor: grows }),
    ...(maxDelay ? { maxDelay } : {}),
  };
}

function bounded(attempts: number, path: string, report: Report): number {
  const whole = Math.trunc(attempts);
  if (whole > MOST_ATTEMPTS) report(path, `A step is tried at most ${MOST_ATTEMPTS} times here.`);
  return Math.min(Math.max(whole, 1), MOST_ATTEMPTS);
}

/** How long a step or a run may take: `timeout` counts milliseconds, as do its namesakes unless they say so. */
export function timeoutOf(source: Source): string | undefined {
  const found =
    durationOf(source.take("timeout_seconds"), "s") ??
    durationOf(source.take("timeout_minutes"), "m") ??
    durationOf(source.take("timeout", "timeout_ms"), "ms");
  return found === "0s" || found === "0h" ? undefined : found;
}
