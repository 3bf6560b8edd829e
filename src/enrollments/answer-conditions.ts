import { type Conditions, type Explanation, evaluate, type Facts } from "../rules/index.js";
import { messageOf } from "../shared/errors.js";
import { createScope, resolveGuarded } from "../templates/index.js";

/** A tree that cannot be evaluated on these facts: a template in it fails. */
export class Unanswerable extends Error {}

/** A tree's answer on these facts, templates in it rendered first. Throws Unanswerable when there is none. */
export async function answer(
  tree: Conditions,
  facts: Facts,
  options: NonNullable<Parameters<typeof evaluate>[2]> & { timezone: string },
): Promise<Explanation> {
  try {
    return await evaluate(await rendered(tree, facts, options.timezone), facts, options);
  } catch (error) {
    throw new Unanswerable(messageOf(error));
  }
}

/** Values of a tree may be templates (`{{ vars.limit }}`); most trees have none. */
export async function rendered(tree: Conditions, facts: Facts, timezone: string): Promise<Conditions> {
  return JSON.stringify(tree).includes("{{")
    ? ((await resolveGuarded(tree, createScope({ ...facts, timezone }))) as Conditions)
    : tree;
}

/** Which comparison did not hold, in a sentence. */
export function missMessage(conditions: Explanation): string {
  const leaf = firstMiss(conditions);
  if (!leaf || !("fact" in leaf)) return "The conditions did not hold.";
  const place = leaf.path ?? leaf.fact;
  return `The conditions did not hold: ${place} was ${JSON.stringify(leaf.left ?? null)}, which is not ${leaf.operator} ${JSON.stringify(leaf.right ?? null)}.`;
}

function firstMiss(node: Explanation): Explanation | null {
  if (!("conditions" in node)) return node.result ? null : node;
  if (node.operator === "not" || node.result) return null;
  return node.conditions.map(firstMiss).find((leaf) => leaf !== null) ?? null;
}
