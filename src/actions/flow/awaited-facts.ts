import type { Conditions } from "../../rules/index.js";
import { pathsOf } from "../../rules/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { StepContext } from "../action.js";

/** What an event brings along by itself; everything else a tree asks for is kept with the wait. */
const ofTheEvent = new Set(["record", "old", "changed", "trigger", "now"]);

/** The facts of this step that a tree will ask for when an event comes, which nobody could look up then. */
export function keptFacts(tree: unknown, step: StepContext): JsonObject {
  if (tree === undefined) return {};
  const names = new Set(pathsOf(tree as Conditions).map(({ fact }) => fact));
  const facts = step.facts as Record<string, unknown>;
  return Object.fromEntries(
    [...names].filter((name) => !ofTheEvent.has(name) && facts[name] !== undefined).map((name) => [name, facts[name]]),
  );
}
