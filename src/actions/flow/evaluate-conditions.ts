import { fieldTypes } from "../../crm/index.js";
import { type Conditions, type Explanation, evaluate, type TypeOf } from "../../rules/index.js";
import type { StepContext } from "../action.js";

/** Decides a tree over what the step sees; values of the record, now and before, compare by the types of its fields. */
export async function evaluateConditions(when: unknown, step: StepContext): Promise<Explanation> {
  return evaluate(when as Conditions, step.facts, { types: await typesFor(step), timezone: step.timezone });
}

async function typesFor({ host, workspaceId, record, declared, tx }: StepContext): Promise<TypeOf> {
  const typeOf = record && (await fieldTypes(host, workspaceId, record.object, tx));
  return (fact, path) => (fact === "record" || fact === "old" ? typeOf?.(path) : declared?.(fact, path));
}

/** Why a tree could not be decided, in the words of the first comparison at fault: a field or the record is gone. */
export function undecided(tree: Explanation): string | undefined {
  const reasons = "conditions" in tree ? [...tree.conditions.map(undecided), tree.reason] : [tree.reason];
  return reasons.find((reason) => reason !== undefined);
}
