import { addDuration } from "../../shared/duration.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { Outcome, StepContext } from "../action.js";

/**
 * One start of another automation. `record`: the one the step names. `item`: what an item of `for_each` looks like as a
 * record; `sure`: it cannot be meant as anything else.
 */
export type ChildStart = {
  inputs: JsonObject;
  record: { object: string | null; id: string } | null;
  item: { object: string | null; id: string; sure: boolean } | null;
};

/** What `runs/` is to start, and how: the details of a wait for children. */
export type ChildrenPlan = {
  /** Id or exact name. */
  automation: string;
  starts: ChildStart[];
  /** `one`: the output is the child's own; `each`: the results of all. */
  of: "one" | "each";
  /** False: the step goes on as soon as the child has started. */
  wait: boolean;
  concurrency: number;
  onItemError: "stop" | "continue";
  truncated: boolean;
};

/** True for the kinds of step that start other runs. */
export function startsRuns(kind: string): boolean {
  return kind === "run_automation" || kind === "for_each" || kind === "automation.enroll";
}

/** How long a step waits for what it started, unless it says so. */
const LONGEST_WAIT = "30d";

/** The automation to start; editors offer those of the workspace. */
export const automationPart: JsonObject = {
  title: "Automation",
  description: "The automation to start, by id or by its exact name.",
  type: "string",
  minLength: 1,
  maxLength: 190,
  "x-hint": "automation",
};

/** How long to wait. */
export const timeoutPart: JsonObject = {
  title: "Wait at most",
  description: "What is still running then is cancelled, and the step fails.",
  type: "string",
  format: "duration",
  default: LONGEST_WAIT,
  "x-hint": "duration",
};

/** The outcome that starts children and waits for them. */
export function childrenOutcome(plan: ChildrenPlan, timeout: unknown, step: StepContext): Outcome {
  const deadlineAt = addDuration(step.now, typeof timeout === "string" ? timeout : LONGEST_WAIT, step.timezone);
  return { type: "wait", for: { kind: "answer", from: "children", deadlineAt, timeoutPort: "error", details: plan } };
}

/** A `record` setting: an id, or `{ object, id }`. Null when it is left out. */
export function recordIn(value: unknown): ChildStart["record"] {
  if (typeof value === "string" && value !== "") return { object: null, id: value };
  if (typeof value === "number") return { object: null, id: String(value) };
  if (!isObject(value) || !["string", "number"].includes(typeof value["id"])) return null;
  return { object: typeof value["object"] === "string" ? value["object"] : null, id: String(value["id"]) };
}

/** An item read as a record: one with its object, or an id as we make them, is nothing else. */
export function itemAsRecord(item: unknown): ChildStart["item"] {
  const record = recordIn(item);
  return record && { ...record, sure: record.object !== null || /^[0-9A-HJKMNP-TV-Z]{26}$/.test(record.id) };
}
