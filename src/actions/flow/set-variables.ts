import type { JsonObject } from "../../shared/json.js";
import type { ActionKind } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { settings } from "../words.js";

/** Sets variables for the steps after it, in templates `{{ vars.name }}` or just `{{ name }}`. */
export const setVariables: ActionKind = {
  kind: "set_variables",
  title: "Set variables",
  group: "Flow",
  description: "Remembers values under names of your own, for the steps after this one.",
  config: configOf(
    {
      values: {
        title: "Variables",
        type: "object",
        minProperties: 1,
        propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_]{0,63}$" },
        "x-hint": "values",
      },
    },
    ["values"],
  ),
  output: { ...outputOf({}), additionalProperties: true },
  ports: ["success", "error"],
  effect: "none",
  sentence: (config) => `set ${settings(config["values"])}`,
  async perform(config) {
    const values = config["values"] as JsonObject;
    return { type: "done", output: values, variables: values };
  },
};
