import { isObject } from "../shared/json.js";
import { operatorNamed } from "./operators.js";
import { segmentsOf } from "./path.js";
import type { Operator } from "./reading.js";

/** A tree is refused when it nests deeper or has more leaves than this. */
export const maxDepth = 10;
export const maxLeaves = 200;

/** A place to read: a fact and the path in it. */
export type Place = { fact: string; path: string; segments: readonly string[] };

/** One comparison, ready to be asked. `negated` tells that an odd number of `not`s lies above it. */
export type Leaf = {
  id?: string;
  place: Place;
  name: string;
  operator: Operator | undefined;
  value: unknown;
  /** Set when the value is another place instead of a literal. */
  other?: Place;
  negated: boolean;
  index: number;
};

export type Group = { operator: "all" | "any" | "not"; children: (Leaf | Group)[] };

/** A tree taken apart; `problem` says why it cannot be evaluated at all, and where. */
export type Tree = { root: Leaf | Group; leaves: Leaf[] } | { problem: string };

/** True for an inner node of a taken-apart tree. */
export function isGroup(node: Leaf | Group): node is Group {
  return "children" in node;
}

/** The group word of a stored node, undefined for a leaf. */
export function groupWord(node: Record<string, unknown>): Group["operator"] | undefined {
  return (["all", "any", "not"] as const).find((word) => Object.hasOwn(node, word));
}

/** True for conditions that ask nothing and therefore hold: none at all, or an empty object. */
export function asksNothing(conditions: unknown): boolean {
  return (
    conditions === undefined || conditions === null || (isObject(conditions) && Object.keys(conditions).length === 0)
  );
}

/** True for a value that reads another place: `{ fact, path? }`. */
export function isPlace(value: unknown): value is { fact: string; path?: string } {
  return isObject(value) && Object.hasOwn(value, "fact") && typeof value["fact"] === "string";
}

/** Takes stored conditions apart. Priorities, names and anything else the library would act upon is left behind. */
export function treeOf(conditions: unknown): Tree {
  const leaves: Leaf[] = [];
  const problem = { text: "" };
  const root = asksNothing(conditions)
    ? ({ operator: "all", children: [] } satisfies Group)
    : nodeOf(conditions, { depth: 1, negated: false, leaves, problem });
  if (!root || problem.text) return { problem: problem.text };
  return { root, leaves };
}

type Walk = { depth: number; negated: boolean; leaves: Leaf[]; problem: { text: string } };

function nodeOf(node: unknown, walk: Walk): Leaf | Group | undefined {
  if (!isObject(node)) return refuse(walk, "A condition must be an object.");
  const word = groupWord(node);
  if (!word) return leafOf(node, walk);
  if (walk.depth > maxDepth) return refuse(walk, `Conditions are nested at most ${maxDepth} levels deep.`);
  const inner = node[word];
  if (word === "not" ? !isObject(inner) : !Array.isArray(inner)) {
    return refuse(walk, word === "not" ? '"not" takes one condition.' : `"${word}" takes a list of conditions.`);
  }
  const below = { ...walk, depth: walk.depth + 1, negated: word === "not" ? !walk.negated : walk.negated };
  const children: (Leaf | Group)[] = [];
  for (const one of Array.isArray(inner) ? (inner as unknown[]) : [inner]) {
    const child = nodeOf(one, below);
    if (!child) return undefined;
    children.push(child);
  }
  return { operator: word, children };
}

function leafOf(node: Record<string, unknown>, walk: Walk): Leaf | undefined {
  const { fact, operator, id } = node;
  if (typeof fact !== "string" || typeof operator !== "string") {
    return refuse(walk, 'A condition needs "fact" and "operator", or one of "all", "any" and "not".');
  }
  if (walk.leaves.length >= maxLeaves) return refuse(walk, `Conditions have at most ${maxLeaves} comparisons.`);
  const value = node["value"];
  const leaf: Leaf = {
    ...(typeof id === "string" ? { id } : {}),
    place: placeOf(fact, node["path"]),
    name: operator,
    operator: operator.length <= 100 ? operatorNamed(operator) : undefined,
    value,
    ...(isPlace(value) ? { other: placeOf(value.fact, value.path) } : {}),
    negated: walk.negated,
    index: walk.leaves.length,
  };
  walk.leaves.push(leaf);
  return leaf;
}

function placeOf(fact: string, path: unknown): Place {
  const text = typeof path === "string" ? path : "";
  return { fact, path: text, segments: segmentsOf(text) };
}

function refuse(walk: Walk, text: string): undefined {
  walk.problem.text ||= text;
  return undefined;
}
