import type { Given } from "../made.js";
import { deedNamed } from "../names/action-name.js";
import { variableName } from "./flow-steps.js";

/** The names that steps of a definition give to values, so that later steps may read them without anything before. */
export function variablesIn(givens: readonly Given[]): Set<string> {
  return new Set(
    givens.flatMap(({ role, action, settings: { value } }) => {
      if (role !== "action" || deedNamed(action) !== "variables") return [];
      const single = value["name"] ?? value["variable"];
      if (typeof single === "string" && "value" in value) return [single];
      const inner = value["variables"] ?? value["values"];
      if (Array.isArray(inner)) return inner.flatMap((one: unknown) => variableName(one) ?? []);
      return Object.keys(typeof inner === "object" && inner !== null ? inner : value);
    }),
  );
}
