import type { EffectResult, HttpCall } from "../../effects/index.js";
import { durationMs, isDuration } from "../../shared/duration.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { type ActionKind, failed, type Outcome } from "../action.js";
import { inWords } from "../words.js";
import { effectOutcome } from "./effect-outcome.js";
import { bodyFaults, schemaFault } from "./expected-body.js";
import { httpRequestConfig, httpRequestOutput } from "./http-request-schema.js";
import { headerFaults, urlFaults } from "./written-faults.js";

/** Calls another system over HTTP, through the guard, with the step's idempotency key. */
export const httpRequest: ActionKind = {
  kind: "http.request",
  title: "Call a web address",
  group: "Outside",
  description:
    "Calls another system. Redirects are not followed, answers are read up to a limit, and a repetition carries the same Idempotency-Key.",
  config: httpRequestConfig,
  output: httpRequestOutput,
  ports: ["success", "error"],
  effect: "outside",
  raw: ["expect"],
  check: (config) => [
    ...expectFaults(config["expect"]),
    ...headerNeedsItsScheme(config["auth"]),
    ...urlFaults("url", config["url"]),
    ...headerFaults("headers", config["headers"]),
    ...tooLong(config["timeout"]),
  ],
  sentence: (config) => `call ${inWords(config["method"] ?? "GET")} ${placeOf(config["url"])}`,
  perform: async (config, step) => judge(config, await step.outside.http(callOf(config))),
};

const LONGEST_CALL_MS = 120_000;

function tooLong(timeout: unknown): FieldError[] {
  return typeof timeout === "string" && isDuration(timeout) && durationMs(timeout) > LONGEST_CALL_MS
    ? [{ path: "timeout", message: "A call takes two minutes at most." }]
    : [];
}

function callOf(config: JsonObject): HttpCall {
  const { url, method = "GET", query, headers, body, auth, timeout, maxKilobytes } = config;
  return {
    url: String(url).trim(),
    method: String(method),
    ...(isObject(query) ? { query } : {}),
    ...(isObject(headers) ? { headers: headers as Record<string, string> } : {}),
    ...(body === undefined ? {} : { body }),
    ...(isObject(auth) ? { auth: auth as HttpCall["auth"] & object } : {}),
    ...(typeof maxKilobytes === "number" ? { maxBytes: maxKilobytes * 1024 } : {}),
    ...(typeof timeout === "string" && isDuration(timeout) ? { timeoutMs: durationMs(timeout) } : {}),
  };
}

/** The author's own idea of success, on top of the gateway's. A simulated answer has nothing to judge. */
function judge(config: JsonObject, result: EffectResult): Outcome {
  const answer = result.output ?? {};
  if (typeof answer["status"] !== "number" || answer["simulated"] === true) return effectOutcome(result);
  const accepted = config["acceptStatus"];
  const welcome = Array.isArray(accepted) ? accepted.includes(answer["status"]) : result.ok;
  if (!welcome) {
    if (!result.ok) return effectOutcome(result);
    return failed(
      "unexpected_status",
      `The server answered ${answer["status"]}, which is not an accepted status.`,
      answer,
    );
  }
  const broken = expectFaults(config["expect"])[0];
  if (broken) return failed("invalid_config", `config.expect: ${broken.message}`, answer);
  const faults = isObject(config["expect"]) ? bodyFaults(config["expect"], answer["body"]) : [];
  const first = faults[0];
  if (!first) return { type: "done", output: answer };
  return failed("unexpected_body", `The answer is not as expected: ${first.path} ${first.message}.`, {
    ...answer,
    errors: faults,
  });
}

function expectFaults(schema: unknown): FieldError[] {
  const fault = isObject(schema) ? schemaFault(schema) : null;
  return fault ? [{ path: "expect", message: `It is not a JSON Schema that can be used: ${fault}` }] : [];
}

function headerNeedsItsScheme(auth: unknown): FieldError[] {
  if (!isObject(auth) || !auth["header"] || auth["scheme"] === "header") return [];
  return [{ path: "auth.header", message: 'A header name goes with "scheme": "header".' }];
}

/** An address in a sentence: without scheme and query, which say little and may hold much. */
function placeOf(url: unknown): string {
  return inWords(
    String(url ?? "")
      .replace(/^https?:\/\//i, "")
      .replace(/[?#].*$/, ""),
  );
}
