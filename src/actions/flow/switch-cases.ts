import type { Explanation } from "../../rules/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { type ActionKind, failed } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { evaluateConditions, undecided } from "./evaluate-conditions.js";
import { portKeyFaults } from "./port-keys.js";

const key = { title: "Key", type: "string", pattern: "^[a-z][a-z0-9_]{0,63}$" };

/** Leaves by the first case whose conditions hold, else by `default`. A case that cannot be decided fails the step. */
export const switchCases: ActionKind = {
  kind: "switch",
  title: "Switch",
  group: "Flow",
  description: "Takes the first case whose conditions hold, from top to bottom, or else the default.",
  config: configOf(
    {
      cases: {
        title: "Cases",
        type: "array",
        minItems: 1,
        maxItems: 50,
        items: configOf(
          {
            key,
            label: { title: "Label", type: "string" },
            when: { title: "Conditions", type: "object", "x-hint": "conditions" },
          },
          ["key", "when"],
        ),
      },
    },
    ["cases"],
  ),
  output: outputOf({ case: { type: "string", title: "The case taken" } }),
  ports: (config) => [...casesOf(config).map((one) => String(one["key"])), "default"],
  graphOnly: true,
  effect: "none",
  check: ({ cases }) => portKeyFaults("cases", cases, ["default", "error"]),
  sentence: (config) =>
    `choose among ${
      casesOf(config)
        .map((one) => String(one["label"] ?? one["key"]))
        .join(", ") || "cases"
    }`,
  async perform(config, step) {
    const seen: Explanation[] = [];
    for (const one of casesOf(config)) {
      const tree = await evaluateConditions(one["when"], step);
      if (tree.reason) return failed("conditions", undecided(tree) ?? tree.reason, { conditions: tree });
      seen.push(tree);
      const taken = String(one["key"]);
      if (tree.result)
        return {
          type: "done",
          output: { case: taken },
          port: taken,
          conditions: { operator: "any", result: true, conditions: seen },
        };
    }
    return {
      type: "done",
      output: { case: "default" },
      port: "default",
      conditions: { operator: "any", result: false, conditions: seen },
    };
  },
};

function casesOf(config: JsonObject): JsonObject[] {
  return Array.isArray(config["cases"]) ? config["cases"].filter(isObject) : [];
}
