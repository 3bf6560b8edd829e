import type { Explanation } from "./explanation.js";
import type { LeafReading } from "./read-leaf.js";
import { snapshot } from "./snapshot.js";
import { type Group, isGroup, type Leaf } from "./tree.js";

/** What the engine left behind at a node: its result and, at a leaf, the reading it asked about. */
export type Verdict = { result?: boolean; factResult?: unknown; [group: string]: unknown };

/** A shown node, and what is known of it: undecided when it depends on a leaf that could not be decided. */
type Shown = { explanation: Explanation; state: boolean | undefined };

/** The tree as it was decided. Where a node could not be decided it says so and counts as false, also under a `not`. */
export function explain(node: Leaf | Group, verdict: Verdict): Explanation {
  return show(node, verdict).explanation;
}

function show(node: Leaf | Group, verdict: Verdict): Shown {
  return isGroup(node) ? showGroup(node, verdict) : showLeaf(node, verdict);
}

function showGroup(group: Group, verdict: Verdict): Shown {
  const below = verdict[group.operator];
  const verdicts = (Array.isArray(below) ? below : [below]) as Verdict[];
  const shown = group.children.map((child, at) => show(child, verdicts[at] ?? {}));
  const conditions = shown.map((one) => one.explanation);
  if (!isUndecided(group.operator, shown)) {
    const result = verdict.result === true;
    return { explanation: { operator: group.operator, result, conditions }, state: result };
  }
  const reason = "This cannot be decided: see the condition below that says why.";
  return { explanation: { operator: group.operator, result: false, conditions, reason }, state: undefined };
}

function isUndecided(word: Group["operator"], shown: Shown[]): boolean {
  if (shown.every((one) => one.state !== undefined)) return false;
  if (word === "all") return shown.every((one) => one.state !== false);
  if (word === "any") return shown.every((one) => one.state !== true);
  return true;
}

function showLeaf(leaf: Leaf, verdict: Verdict): Shown {
  const reading = verdict.factResult as LeafReading | undefined;
  const result = verdict.result === true && reading?.undecided === false;
  const explanation: Explanation = {
    ...(leaf.id === undefined ? {} : { id: leaf.id }),
    fact: leaf.place.fact,
    ...(leaf.place.path ? { path: leaf.place.path } : {}),
    operator: leaf.name,
    left: snapshot(reading?.left),
    right: snapshot(reading?.right),
    result,
    ...(reading?.reason ? { reason: reading.reason } : {}),
  };
  return { explanation, state: reading?.undecided ? undefined : result };
}
