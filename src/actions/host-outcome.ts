import { messageOf } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { didYouMean } from "../shared/nearest.js";
import { type ActionKind, failed, type Outcome } from "./action.js";

/**
 * What a host's own code returned, as an outcome whose output is JSON: it may return anything, and what is no outcome
 * becomes a failure that says why. A wait of a host's own kind is its own, whatever it calls itself.
 */
export function hostOutcome(action: ActionKind, config: JsonObject, returned: Outcome): Outcome {
  if (!action.fromHost) return returned;
  let outcome: unknown;
  try {
    outcome = JSON.parse(JSON.stringify(returned ?? null));
  } catch (error) {
    return failed("bad_outcome", `What "${action.kind}" returned is not JSON: ${messageOf(error)}`);
  }
  const ports = typeof action.ports === "function" ? action.ports(config) : action.ports;
  const fault = faultOf(outcome, [...ports, "error"]);
  if (fault) return failed("bad_outcome", `"${action.kind}" returned ${fault}`);
  const sound = outcome as Outcome;
  return sound.type === "wait" && sound.for.kind === "answer"
    ? { type: "wait", for: { ...sound.for, from: "host", details: sound.for.details ?? {} } }
    : sound;
}

function faultOf(outcome: unknown, ports: string[]): string | null {
  if (!isObject(outcome)) return "no outcome (done, wait, fail or skip).";
  const { type, port, error } = outcome;
  switch (type) {
    case "done":
      return port === undefined ? null : portFault(port, ports);
    case "wait":
      return waitFault(outcome["for"], ports);
    case "fail":
      return isObject(error) && typeof error["code"] === "string" && typeof error["message"] === "string"
        ? null
        : "a failure without an error of code and message.";
    case "skip":
      return null;
    default:
      return "no outcome (done, wait, fail or skip).";
  }
}

function waitFault(wait: unknown, ports: string[]): string | null {
  if (!isObject(wait)) return 'a wait that does not say what "for".';
  if (wait["kind"] === "instant")
    return typeof wait["at"] === "number" ? null : 'a wait for an instant without "at", in milliseconds.';
  if (wait["kind"] !== "answer") return 'a wait for neither an "instant" nor an "answer".';
  if (typeof wait["deadlineAt"] !== "number") return 'a wait for an answer without "deadlineAt", in milliseconds.';
  return portFault(wait["timeoutPort"], ports);
}

function portFault(port: unknown, ports: string[]): string | null {
  if (typeof port === "string" && ports.includes(port)) return null;
  return `the port ${JSON.stringify(port)}, which it does not have.${didYouMean(String(port), ports)}`;
}
