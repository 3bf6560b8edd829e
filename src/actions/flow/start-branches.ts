import { isObject, type JsonObject } from "../../shared/json.js";
import type { ActionKind } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { portKeyFaults } from "./port-keys.js";

/** Starts all of its branches; a join brings them together again. */
export const startBranches: ActionKind = {
  kind: "parallel",
  title: "Parallel branches",
  group: "Flow",
  description: "Starts every branch. What leaves the process in different branches goes out at the same time.",
  config: configOf(
    {
      branches: {
        title: "Branches",
        type: "array",
        minItems: 2,
        maxItems: 20,
        items: configOf(
          {
            key: { title: "Key", type: "string", pattern: "^[a-z][a-z0-9_]{0,63}$" },
            label: { title: "Label", type: "string" },
          },
          ["key"],
        ),
      },
    },
    ["branches"],
  ),
  output: outputOf({ branches: { type: "array", title: "Branches started", items: { type: "string" } } }),
  ports: (config) => keysOf(config),
  graphOnly: true,
  effect: "none",
  check: ({ branches }) => portKeyFaults("branches", branches),
  sentence: (config) => `do ${keysOf(config).join(" and ") || "branches"} side by side`,
  perform: async (config) => ({ type: "done", output: { branches: keysOf(config) }, ports: keysOf(config) }),
};

function keysOf(config: JsonObject): string[] {
  return Array.isArray(config["branches"])
    ? config["branches"].filter(isObject).map((branch) => String(branch["key"]))
    : [];
}
