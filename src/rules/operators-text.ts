import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";
import { messageOf } from "../shared/errors.js";
import { isSame, whyUnlike } from "./compare.js";
import { textual } from "./field-types.js";
import type { Operator, Reading } from "./reading.js";

/** Longer patterns are refused at save and never hold: matching costs time by pattern length times text length. */
const maxPattern = 500;
const maxText = 20_000;
const patterns = new LRUCache<string, RE2JS>({ max: 500 });
const searchable = [...textual, "multiSelect", "json"] as const;

/** Operators on text; `contains` also asks a list for one element. To the letter: nothing is ignored. */
export const textOperators: Operator[] = [
  { name: "contains", label: "contains", types: searchable, value: "single", holds: (leaf) => contains(leaf) === true },
  {
    name: "notContains",
    label: "does not contain",
    types: searchable,
    value: "single",
    holds: (leaf) => contains(leaf) === false,
  },
  {
    name: "doesNotContain",
    label: "does not contain",
    types: searchable,
    value: "single",
    holds: (leaf) => contains(leaf) === false,
  },
  {
    name: "startsWith",
    label: "starts with",
    types: textual,
    value: "text",
    holds: (leaf) => text(leaf, (left, right) => left.startsWith(right)) === true,
  },
  {
    name: "endsWith",
    label: "ends with",
    types: textual,
    value: "text",
    holds: (leaf) => text(leaf, (left, right) => left.endsWith(right)) === true,
  },
  {
    name: "matches",
    label: "matches",
    types: textual,
    value: "pattern",
    holds: (leaf) => text(leaf, (left, right) => matches(leaf, left, right)) === true,
  },
];

/** What is wrong with a pattern, or undefined. RE2 syntax: no look-around, no back references, linear time. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > maxPattern) return `A pattern has at most ${maxPattern} characters.`;
  try {
    compiled(pattern);
    return undefined;
  } catch (error) {
    return `This is not a pattern that can be matched: ${messageOf(error).replace("error parsing regexp: ", "")}.`;
  }
}

function contains(leaf: Reading): boolean | undefined {
  if (!Array.isArray(leaf.left)) return text(leaf, (left, right) => left.includes(right));
  const found = leaf.left.some((one) => isSame(one, leaf.right, undefined, leaf.zone));
  const why = found ? undefined : leaf.left.map((one) => whyUnlike(one, leaf.right, undefined)).find(Boolean);
  if (why !== undefined) leaf.reason = why;
  return found;
}

function text(leaf: Reading, test: (left: string, right: string) => boolean): boolean | undefined {
  const left = toText(leaf.left);
  const right = toText(leaf.right);
  if (left !== undefined && right !== undefined) return test(left, right);
  leaf.reason = left === undefined ? "The value is not text." : "The value to compare with is not text.";
  return undefined;
}

function toText(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
}

function matches(leaf: Reading, left: string, right: string): boolean {
  const problem =
    left.length > maxText
      ? `Only texts of up to ${maxText} characters are matched with a pattern.`
      : patternProblem(right);
  if (problem === undefined) return compiled(right).matcher(left).find();
  leaf.reason = problem;
  return false;
}

function compiled(pattern: string): RE2JS {
  const known = patterns.get(pattern);
  if (known) return known;
  const made = RE2JS.compile(pattern);
  patterns.set(pattern, made);
  return made;
}
