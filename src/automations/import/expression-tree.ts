import type { JsonObject } from "../../shared/json.js";
import type { Comparison, Expression } from "./expression.js";
import type { Reading } from "./references.js";
import type { Shape } from "./shapes.js";

/** How references of an expression are told in ours. `text` rewrites a quoted text that has templates in it. */
export type ForRules = { read(segments: readonly string[]): Reading; text(text: string): string };

/** A rule tree, or why there is none. `doubts` are places that perhaps hold nothing. */
export type RuleTree = { tree: JsonObject; doubts: string[] } | { problem: string };

/** A parsed expression as a rule tree: references become facts and paths, values stay values. Pure. */
export function treeFrom(expression: Expression, names: ForRules): RuleTree {
  const doubts: string[] = [];
  try {
    const tree = nodeFrom(expression, names, doubts);
    return { tree: "all" in tree || "any" in tree ? tree : { all: [tree] }, doubts: [...new Set(doubts)] };
  } catch (error) {
    if (error instanceof Unmappable) return { problem: error.message };
    throw error;
  }
}

/** A leaf about a place, with what a missing value means elsewhere: it is not equal to anything, and never larger. */
export function leafOf(operator: Comparison, place: JsonObject, value: unknown): JsonObject {
  if ((operator === "==" || operator === "!=") && (value === null || value === ""))
    return { ...place, operator: operator === "==" ? "isEmpty" : "isNotEmpty" };
  if (operator === "!=") return { not: { ...place, operator: "equal", value } };
  return { ...place, operator: operators[operator], value };
}

const operators: Record<Exclude<Comparison, "!=">, string> = {
  "==": "equal",
  ">": "greaterThan",
  "<": "lessThan",
  ">=": "greaterThanInclusive",
  "<=": "lessThanInclusive",
  contains: "contains",
  startsWith: "startsWith",
  endsWith: "endsWith",
  in: "in",
};

const mirrored: Partial<Record<Comparison, Comparison>> = {
  "==": "==",
  "!=": "!=",
  ">": "<",
  "<": ">",
  ">=": "<=",
  "<=": ">=",
};

/** Leaves the recursion; it never leaves this file. */
class Unmappable extends Error {}

function nodeFrom(expression: Expression, names: ForRules, doubts: string[]): JsonObject {
  switch (expression.type) {
    case "and":
    case "or": {
      const word = expression.type === "and" ? "all" : "any";
      const inner = expression.of.map((one) => nodeFrom(one, names, doubts));
      // A group in a group of its own kind says nothing more: `(a && b) && c`.
      return { [word]: inner.flatMap((one) => (Array.isArray(one[word]) ? (one[word] as JsonObject[]) : [one])) };
    }
    case "not": {
      const inner = nodeFrom(expression.of, names, doubts);
      return isNot(inner) ? inner.not : { not: inner };
    }
    case "compare":
      return comparison(expression, names, doubts);
    case "path":
      return truthy(placeOf(expression.segments, names, doubts));
    case "literal":
      return expression.value ? { all: [] } : { not: { all: [] } };
    default:
      throw new Unmappable("A text or a list alone is no condition; compare it with something.");
  }
}

/** What counts as true elsewhere: a value that is there, and neither false nor zero. */
function truthy(place: JsonObject): JsonObject {
  return {
    all: [{ ...place, operator: "isNotEmpty" }, { not: { ...place, operator: "in", value: [false, 0] } }],
  };
}

function comparison(
  { operator, left, right }: Expression & { type: "compare" },
  names: ForRules,
  doubts: string[],
): JsonObject {
  if (isLogical(left) || isLogical(right)) return ofLogical(operator, left, right, names, doubts);
  if (left.type === "path") return fromPlace(operator, placeOf(left.segments, names, doubts), right, names, doubts);
  if (right.type !== "path") return { ...constant(operator, valueOf(left, names), valueOf(right, names)) };
  const place = placeOf(right.segments, names, doubts);
  const turned = mirrored[operator];
  if (turned) return fromPlace(turned, place, left, names, doubts);
  // `'vip' in tags` asks of the list on the right.
  if (operator === "in") return { ...place, operator: "contains", value: valueOf(left, names) };
  return { ...place, operator: `swap:${operators[operator as Exclude<Comparison, "!=">]}`, value: valueOf(left, names) };
}

function fromPlace(
  operator: Comparison,
  place: JsonObject,
  right: Expression,
  names: ForRules,
  doubts: string[],
): JsonObject {
  if (right.type === "path") {
    const other = placeOf(right.segments, names, doubts);
    return operator === "in" ? { ...other, operator: "contains", value: place } : leafOf(operator, place, other);
  }
  if (operator === "in" && right.type !== "list") throw new Unmappable('"in" asks for a list on its right.');
  return leafOf(operator, place, valueOf(right, names));
}

function isLogical({ type }: Expression): boolean {
  return type === "and" || type === "or" || type === "not" || type === "compare";
}

/** `(a > 1) == true` is the comparison itself. */
function ofLogical(
  operator: Comparison,
  left: Expression,
  right: Expression,
  names: ForRules,
  doubts: string[],
): JsonObject {
  const [asked, other] = isLogical(left) ? [left, right] : [right, left];
  if ((operator !== "==" && operator !== "!=") || other.type !== "literal" || typeof other.value !== "boolean")
    throw new Unmappable("A condition can be compared with true or false only.");
  const tree = nodeFrom(asked, names, doubts);
  return (operator === "==") === other.value ? tree : { not: tree };
}

function constant(operator: Comparison, left: unknown, right: unknown): JsonObject {
  const compared: Partial<Record<Comparison, boolean>> = {
    "==": left === right,
    "!=": left !== right,
  };
  if (typeof left === typeof right && (typeof left === "number" || typeof left === "string")) {
    const [a, b] = [left as number, right as number];
    Object.assign(compared, { ">": a > b, "<": a < b, ">=": a >= b, "<=": a <= b });
  }
  const holds = compared[operator];
  if (holds === undefined) throw new Unmappable("Both sides of this comparison are fixed values.");
  return holds ? { all: [] } : { not: { all: [] } };
}

function placeOf(segments: readonly string[], { read }: ForRules, doubts: string[]): JsonObject {
  const found = read(segments);
  if ("problem" in found) throw new Unmappable(found.problem);
  const { fact, path, shape, only, doubt } = found;
  if (only) throw new Unmappable(`Conditions cannot read "${segments.join(".")}".`);
  if (doubt !== undefined) doubts.push(doubt);
  if (!path.every(fits)) throw new Unmappable(`Conditions cannot read "${segments.join(".")}": not all of its parts are names.`);
  const empty = path.length === 0 && fact !== "now" && fact !== "inputs";
  if (empty || isRecord(shape)) throw new Unmappable(`"${segments.join(".")}" is a whole record; name a field of it.`);
  return path.length > 0 ? { fact, path: path.reduce(joined) } : { fact };
}

const isRecord = (shape: Shape) => shape.is === "facts";
const fits = (name: string) => /^[\p{L}\p{N}_$-]+$/u.test(name);
const isNot = (node: JsonObject): node is { not: JsonObject } => Object.hasOwn(node, "not");

function joined(path: string, name: string): string {
  return /^\d+$/.test(name) ? `${path}[${name}]` : `${path}.${name}`;
}

function valueOf(expression: Expression, names: ForRules): unknown {
  switch (expression.type) {
    case "literal":
      return typeof expression.value === "string" ? names.text(expression.value) : expression.value;
    case "text":
      return names.text(expression.text);
    case "list":
      return expression.items.map((one) => valueOf(one, names));
    default:
      throw new Unmappable("Only fixed values can stand in a list.");
  }
}
