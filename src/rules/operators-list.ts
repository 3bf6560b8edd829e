import { isSame } from "./compare.js";
import type { Operator, Reading } from "./reading.js";

const types = ["multiSelect", "select", "json"] as const;

/** Operators on multi-selects. A single value on either side is a list of one. */
export const listOperators: Operator[] = [
  {
    name: "hasAny",
    label: "has any of",
    types,
    value: "list",
    holds: (leaf) => wanted(leaf).some((one) => has(leaf, one)),
  },
  {
    name: "hasAll",
    label: "has all of",
    types,
    value: "list",
    holds: (leaf) => wanted(leaf).every((one) => has(leaf, one)),
  },
  {
    name: "hasNone",
    label: "has none of",
    types,
    value: "list",
    holds: (leaf) => !wanted(leaf).some((one) => has(leaf, one)),
  },
];

function wanted(leaf: Reading): unknown[] {
  return Array.isArray(leaf.right) ? leaf.right : [leaf.right];
}

function has(leaf: Reading, wanted: unknown): boolean {
  const values: unknown[] = Array.isArray(leaf.left) ? leaf.left : [leaf.left];
  return values.some((one) => isSame(one, wanted, undefined, leaf.zone));
}
