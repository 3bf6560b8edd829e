import { fieldTypes } from "../crm/index.js";
import { type Conditions, type Explanation, evaluate, sentenceOf, type TypeOf } from "../rules/index.js";
import { type ActionKind, failed, type StepContext } from "./action.js";
import { configOf, outputOf } from "./schema-parts.js";

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
    const types = await typesFor(step);
    const conditions = await evaluate(config["when"] as Conditions, step.facts, { types, timezone: step.timezone });
    const { result } = conditions;
    if (conditions.reason) return failed("conditions", undecided(conditions) ?? conditions.reason, { conditions });
    return { type: "done", output: { result }, port: String(result), conditions };
  },
};

/** Values of the record, now and before, compare by the types of its fields. */
async function typesFor({ host, workspaceId, record, tx }: StepContext): Promise<TypeOf> {
  const typeOf = record && (await fieldTypes(host, workspaceId, record.object, tx));
  return (fact, path) => (fact === "record" || fact === "old" ? typeOf?.(path) : undefined);
}

/** Why a tree could not be decided, in the words of the first comparison at fault: a field or the record is gone. */
function undecided(tree: Explanation): string | undefined {
  const reasons = "conditions" in tree ? tree.conditions.map(undecided) : [tree.reason];
  return reasons.find((reason) => reason !== undefined);
}
