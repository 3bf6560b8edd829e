import type { JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import { saidOf } from "../said.js";
import type { Shape } from "../shapes.js";
import type { Reading } from "../texts/references.js";
import type { Comparison, Expression } from "./expression.js";

/**
 * How the parts of an expression are told in ours: `read` a reference, `text` a quoted text with templates in it,
 * `literal` a text that is none.
 */
export type ForRules = {
  read(segments: readonly string[]): Reading;
  text(text: string): string;
  literal(text: string): string;
};

/**
 * A rule tree, or why there is none. `doubts`: places that hold nothing, so that the tree would be false in silence;
 * `remarks`: values that no record has now.
 */
export type RuleTree = { tree: JsonObject; doubts: string[]; remarks: string[] } | { problem: string };

/** A parsed expression as a rule tree: references become facts and paths, values stay values. Pure. */
export function treeFrom(expression: Expression, names: ForRules): RuleTree {
  const notes: Notes = { names, doubts: new Set(), remarks: new Set() };
  try {
    const tree = nodeFrom(expression, notes);
    const group = "all" in tree || "any" in tree ? tree : { all: [tree] };
    return { tree: group, doubts: [...notes.doubts], remarks: [...notes.remarks] };
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

type Notes = { names: ForRules; doubts: Set<string>; remarks: Set<string> };

/** Where a reference leads, as the members of a leaf, and what is there. */
type Side = { at: JsonObject; shape: Shape };

function nodeFrom(expression: Expression, notes: Notes): JsonObject {
  switch (expression.type) {
    case "and":
    case "or": {
      const word = expression.type === "and" ? "all" : "any";
      const inner = expression.of.map((one) => nodeFrom(one, notes));
      // A group in a group of its own kind says nothing more: `(a && b) && c`.
      return { [word]: inner.flatMap((one) => (Array.isArray(one[word]) ? (one[word] as JsonObject[]) : [one])) };
    }
    case "not": {
      const inner = nodeFrom(expression.of, notes);
      return isNot(inner) ? inner.not : { not: inner };
    }
    case "compare":
      return comparison(expression, notes);
    case "path":
      return truthy(sideOf(expression.segments, notes));
    case "literal":
      return expression.value ? { all: [] } : { not: { all: [] } };
    default:
      throw new Unmappable("A text or a list alone is no condition; compare it with something.");
  }
}

/** What counts as true elsewhere: a value that is there, and neither false nor zero. */
function truthy({ at, shape }: Side): JsonObject {
  const type = shape.is === "field" ? shape.field.type : undefined;
  const there = { ...at, operator: "isNotEmpty" };
  if (type === "boolean") return { ...at, operator: "equal", value: true };
  if (type === "number" || type === "money") return { all: [there, { not: { ...at, operator: "equal", value: 0 } }] };
  return type === undefined ? { all: [there, { not: { ...at, operator: "in", value: [false, 0] } }] } : there;
}

function comparison({ operator, left, right }: Expression & { type: "compare" }, notes: Notes): JsonObject {
  if (isLogical(left) || isLogical(right)) return ofLogical(operator, left, right, notes);
  if (left.type === "path") return fromSide(operator, sideOf(left.segments, notes), right, notes);
  if (right.type !== "path") return constant(operator, givenOf(left, notes), givenOf(right, notes));
  const side = sideOf(right.segments, notes);
  const turned = mirrored[operator];
  if (turned) return fromSide(turned, side, left, notes);
  // `'vip' in tags` asks of the list on the right.
  if (operator === "in") return { ...side.at, operator: "contains", value: givenOf(left, notes) };
  return { ...side.at, operator: `swap:${operator}`, value: givenOf(left, notes) };
}

function fromSide(operator: Comparison, { at, shape }: Side, right: Expression, notes: Notes): JsonObject {
  if (right.type === "path") {
    const other = sideOf(right.segments, notes).at;
    return operator === "in" ? { ...other, operator: "contains", value: at } : leafOf(operator, at, other);
  }
  if (operator === "in" && right.type !== "list") throw new Unmappable('"in" asks for a list on its right.');
  const value = asIn(shape, givenOf(right, notes));
  if (shape.is === "field") for (const remark of unknownOptions(shape, value)) notes.remarks.add(remark);
  return leafOf(operator, at, value);
}

/** Elsewhere `{{x}} == 'true'` compares texts; here a field that is yes or no is neither. */
function asIn(shape: Shape, value: unknown): unknown {
  if (shape.is !== "field" || shape.field.type !== "boolean" || (value !== "true" && value !== "false")) return value;
  return value === "true";
}

/** Values that a select field does not offer, each in words: records can have none of them. */
export function unknownOptions({ object, field }: Shape & { is: "field" }, value: unknown): string[] {
  const options = field.options?.map((option) => option.value) ?? [];
  if (options.length === 0 || (field.type !== "select" && field.type !== "multiSelect")) return [];
  return [value]
    .flat()
    .filter((one) => typeof one === "string" && one !== "" && !/\{[{%]/.test(one) && !options.includes(one))
    .map((one) => {
      const known = didYouMean(saidOf(one), options);
      return `"${saidOf(one)}" is none of the values "${field.name}" of a ${object.label.toLowerCase()} can have.${known}`;
    });
}

function isLogical({ type }: Expression): boolean {
  return type === "and" || type === "or" || type === "not" || type === "compare";
}

/** `(a > 1) == true` is the comparison itself. */
function ofLogical(operator: Comparison, left: Expression, right: Expression, notes: Notes): JsonObject {
  const [asked, other] = isLogical(left) ? [left, right] : [right, left];
  if ((operator !== "==" && operator !== "!=") || other.type !== "literal" || typeof other.value !== "boolean")
    throw new Unmappable("A condition can be compared with true or false only.");
  const tree = nodeFrom(asked, notes);
  return (operator === "==") === other.value ? tree : { not: tree };
}

/** Two fixed values are compared now. */
function constant(operator: Comparison, left: unknown, right: unknown): JsonObject {
  const holds = compared(operator, left, right);
  if (holds === undefined) throw new Unmappable("Both sides of this comparison are fixed values.");
  return holds ? { all: [] } : { not: { all: [] } };
}

function compared(operator: Comparison, left: unknown, right: unknown): boolean | undefined {
  if (typeof left === "string" && /\{[{%]/.test(left)) return undefined;
  if (typeof right === "string" && /\{[{%]/.test(right)) return undefined;
  if (operator === "==" || operator === "!=") return (left === right) === (operator === "==");
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  return { ">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right }[operator as string];
}

function sideOf(segments: readonly string[], { names, doubts }: Notes): Side {
  const named = segments.join(".");
  const found = names.read(segments);
  if ("problem" in found) throw new Unmappable(found.problem);
  const { fact, path, shape, only, doubt } = found;
  if (only) throw new Unmappable(`Conditions cannot read "${named}".`);
  if (doubt !== undefined) doubts.add(doubt);
  if (!path.every(fits)) throw new Unmappable(`Conditions cannot read "${named}": not all of its parts are names.`);
  if (shape.is === "facts" || (path.length === 0 && fact !== "now"))
    throw new Unmappable(`"${named}" has many parts; name one of them.`);
  return { at: path.length > 0 ? { fact, path: path.reduce(joined) } : { fact }, shape };
}

const fits = (name: string) => /^[\p{L}\p{N}_$-]+$/u.test(name);
const isNot = (node: JsonObject): node is { not: JsonObject } => Object.hasOwn(node, "not");

function joined(path: string, name: string): string {
  return /^\d+$/.test(name) ? `${path}[${name}]` : `${path}.${name}`;
}

function givenOf(expression: Expression, notes: Notes): unknown {
  switch (expression.type) {
    case "literal":
      return typeof expression.value === "string" ? notes.names.literal(expression.value) : expression.value;
    case "text":
      return notes.names.text(expression.text);
    case "list":
      return expression.items.map((one) => givenOf(one, notes));
    default:
      throw new Unmappable("Only fixed values can stand in a list.");
  }
}
