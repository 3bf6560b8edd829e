import { isObject } from "../shared/json.js";
import { isSame, order, whyUnlike } from "./compare.js";
import { numeric, temporal } from "./field-types.js";
import { isDay, startOfDay, toInstant } from "./instants.js";
import { isMissing, type Operator, type Reading } from "./reading.js";
import { snapshot } from "./snapshot.js";

const ordered = [...numeric, ...temporal];

/** Equality, order and emptiness: the library's own names with our typed meaning, and `between`. */
export const compareOperators: Operator[] = [
  { name: "equal", label: "is", types: "any", value: "single", holds: (leaf) => same(leaf, leaf.right) },
  { name: "notEqual", label: "is not", types: "any", value: "single", holds: (leaf) => !same(leaf, leaf.right) },
  { name: "in", label: "is one of", types: "any", value: "list", holds: (leaf) => within(leaf) === true },
  { name: "notIn", label: "is none of", types: "any", value: "list", holds: (leaf) => within(leaf) === false },
  { name: "lessThan", label: "is under", types: ordered, value: "single", holds: (leaf) => ranked(leaf, (n) => n < 0) },
  {
    name: "lessThanInclusive",
    label: "is at most",
    types: ordered,
    value: "single",
    holds: (leaf) => ranked(leaf, (n) => n <= 0),
  },
  {
    name: "greaterThan",
    label: "is over",
    types: ordered,
    value: "single",
    holds: (leaf) => ranked(leaf, (n) => n > 0),
  },
  {
    name: "greaterThanInclusive",
    label: "is at least",
    types: ordered,
    value: "single",
    holds: (leaf) => ranked(leaf, (n) => n >= 0),
  },
  { name: "between", label: "is between", types: ordered, value: "range", holds: isBetween },
  {
    name: "isEmpty",
    label: "is empty",
    types: "any",
    value: "none",
    allowsMissing: true,
    holds: (leaf) => empty(leaf.left),
  },
  {
    name: "isNotEmpty",
    label: "is not empty",
    types: "any",
    value: "none",
    allowsMissing: true,
    holds: (leaf) => !empty(leaf.left),
  },
];

function same(leaf: Reading, right: unknown): boolean {
  const found = isSame(leaf.left, right, leaf.type, leaf.zone);
  const why = found ? undefined : whyUnlike(leaf.left, right, leaf.type);
  if (why !== undefined) leaf.reason = why;
  return found;
}

function within(leaf: Reading): boolean | undefined {
  if (Array.isArray(leaf.right)) return leaf.right.some((one) => !isMissing(one) && same(leaf, one));
  leaf.reason = "The value to compare with is not a list.";
  return undefined;
}

function shown(value: unknown): string {
  return (JSON.stringify(snapshot(value)) ?? "nothing").slice(0, 80);
}

function ranked(leaf: Reading, wanted: (order: number) => boolean): boolean {
  const found = order(leaf.left, leaf.right, leaf.type, leaf.zone);
  if (found === undefined)
    leaf.reason = `${shown(leaf.left)} and ${shown(leaf.right)} are not of one kind, so neither is over the other.`;
  return found !== undefined && wanted(found);
}

/** Both ends count. An upper end given as a day counts that whole day. */
function isBetween(leaf: Reading): boolean {
  if (!Array.isArray(leaf.right) || leaf.right.length !== 2) {
    leaf.reason = "The value to compare with is not a pair of lower and upper end.";
    return false;
  }
  const [low, high] = leaf.right as [unknown, unknown];
  const above = order(leaf.left, low, leaf.type, leaf.zone);
  const below = order(leaf.left, upperEnd(leaf, high), leaf.type, leaf.zone);
  if (above === undefined || below === undefined) leaf.reason = "The values are not of a kind that can be ordered.";
  return above !== undefined && below !== undefined && above >= 0 && below <= 0;
}

function upperEnd(leaf: Reading, high: unknown): unknown {
  if (leaf.type === "date" || !isDay(high) || isDay(leaf.left)) return high;
  const start = toInstant(high, leaf.zone);
  return start === undefined ? high : new Date(startOfDay(start, leaf.zone, 1) - 1);
}

function empty(value: unknown): boolean {
  if (isMissing(value) || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && !(value instanceof Date) && Object.keys(value).length === 0;
}
