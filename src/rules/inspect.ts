import { toBoolean, toNumber } from "./compare.js";
import type { Conditions } from "./explanation.js";
import type { FieldTypeName } from "./field-types.js";
import { type Group, isGroup, type Leaf, type Place, treeOf } from "./tree.js";

/** Every place a tree reads, left and right, each once. A tree that cannot be taken apart reads none. */
export function pathsOf(conditions: Conditions | null | undefined): { fact: string; path: string }[] {
  const tree = treeOf(conditions);
  if ("problem" in tree) return [];
  const places = tree.leaves.flatMap(({ place, other }): Place[] => (other ? [place, other] : [place]));
  const once = new Map(places.map(({ fact, path }) => [`${fact} ${path}`, { fact, path }]));
  return [...once.values()];
}

/**
 * The comparisons of a `record` path with literal values without which the tree cannot hold, for an index: the record's
 * value is one of `values`. Values are as written; bring both sides to one spelling with `equalityKey`.
 */
export function equalities(conditions: Conditions | null | undefined): { path: string; values: unknown[] }[] {
  const tree = treeOf(conditions);
  if ("problem" in tree) return [];
  return necessary(tree.root).flatMap((leaf) => {
    const values = wantedValues(leaf);
    return values && leaf.place.fact === "record" && leaf.place.path ? [{ path: leaf.place.path, values }] : [];
  });
}

/**
 * One spelling for all values that are equal for a field of `type`; undefined where there is none that is safe to index
 * by (dates depend on the zone, lists are sets), so that such an equality must not be used to rule a tree out. A value
 * that is missing or not of the type has none either; an equality with it is false.
 */
export function equalityKey(value: unknown, type: FieldTypeName | undefined): string | undefined {
  switch (type) {
    case undefined:
    case "date":
    case "datetime":
    case "multiSelect":
    case "json":
      return undefined;
    case "number":
    case "money":
      return keyed(toNumber(value));
    case "boolean":
      return keyed(toBoolean(value));
    default:
      return typeof value === "object" || value === undefined ? undefined : String(value);
  }
}

function keyed(value: number | boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value === 0 ? 0 : value);
}

function necessary(node: Leaf | Group): Leaf[] {
  if (!isGroup(node)) return [node];
  const alone = node.operator === "any" && node.children.length === 1;
  return node.operator === "all" || alone ? node.children.flatMap(necessary) : [];
}

function wantedValues(leaf: Leaf): unknown[] | undefined {
  if (leaf.other) return undefined;
  const values = leaf.name === "equal" ? [leaf.value] : leaf.name === "in" ? leaf.value : undefined;
  return Array.isArray(values) && values.every(isLiteral) ? values : undefined;
}

function isLiteral(value: unknown): boolean {
  if (typeof value === "string") return !/\{[{%]/.test(value);
  return typeof value === "number" || typeof value === "boolean";
}
