import { type Conditions, sentenceOf } from "../../rules/index.js";
import { type ActionKind, failed } from "../action.js";
import { configOf, outputOf } from "../schema-parts.js";
import { evaluateConditions, undecided } from "./evaluate-conditions.js";

/** A gate: leaves by `true` or `false`, and keeps every comparison with both of its values. */
export const condition: ActionKind = {
  kind: "condition",
  title: "Condition",
  group: "Flow",
  description:
    "Goes on only when the conditions hold. In a list, conditions that do not hold end the run as completed.",
  config: configOf({ when: { title: "Conditions", type: "object", "x-hint": "conditions" } }, ["when"]),
  output: outputOf({ result: { type: "boolean", title: "Whether the conditions held" } }),
  ports: ["true", "false"],
  effect: "none",
  sentence: (config) => `go on only if ${sentenceOf(config["when"] as Conditions) || "the conditions hold"}`,
  async perform(config, step) {
    const conditions = await evaluateConditions(config["when"], step);
    const { result } = conditions;
    if (conditions.reason) return failed("conditions", undecided(conditions) ?? conditions.reason, { conditions });
    return { type: "done", output: { result }, port: String(result), conditions };
  },
};
