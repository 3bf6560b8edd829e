import { type Comparison, type Expression, readExpression, theirs } from "../../expressions/index.js";
import type { JsonObject } from "../../shared/json.js";
import { snake } from "../names/keys.js";
import { entryOf } from "../names/table.js";
import type { Shape } from "../shapes.js";
import type { Reading } from "../texts/references.js";
import { Unmappable } from "../unmappable.js";
import { leafOf, unknownOptions } from "./leaf.js";

/**
 * How the parts of an expression are told in ours: `read` a reference, `text` a quoted text with templates in it,
 * `literal` a text that is none.
 */
export type ForRules = {
  read(segments: readonly string[]): Reading;
  text(text: string): string;
  literal(text: string): string;
  /** Has something calculated before the question is asked: the place of the result. */
  workOut(expression: Expression): Reading;
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

const mirrored: Partial<Record<Comparison, Comparison>> = {
  "==": "==",
  "!=": "!=",
  ">": "<",
  "<": ">",
  ">=": "<=",
  "<=": ">=",
};

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
    case "value":
      if (opened(expression).type !== "value") return truthy(placed(expression, notes));
      return expression.value ? { all: [] } : { not: { all: [] } };
    case "method": {
      const operator = entryOf(asked, snake(expression.name));
      const [right] = expression.args;
      if (!operator || !right || expression.args.length > 1) return truthy(placed(expression, notes));
      return comparison({ type: "compare", operator, left: expression.of, right }, notes);
    }
    case "list":
      throw new Unmappable("A list alone is no condition; compare it with something.");
    default:
      return truthy(placed(expression, notes));
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

/** Methods that ask something of a value. */
const asked: Record<string, Comparison> = {
  includes: "contains",
  contains: "contains",
  starts_with: "startsWith",
  ends_with: "endsWith",
};

function comparison({ operator, left, right }: Expression & { type: "compare" }, notes: Notes): JsonObject {
  if ((isLogical(left) && isYesOrNo(right)) || (isLogical(right) && isYesOrNo(left)))
    return ofLogical(operator, left, right, notes);
  if (!isFixed(left)) return fromSide(operator, placed(left, notes), right, notes);
  if (isFixed(right)) return constant(operator, givenOf(left, notes), givenOf(right, notes));
  const side = placed(right, notes);
  const turned = mirrored[operator];
  if (turned) return fromSide(turned, side, left, notes);
  // `'vip' in tags` asks of the list on the right.
  if (operator === "in") return { ...side.at, operator: "contains", value: givenOf(left, notes) };
  return { ...side.at, operator: `swap:${operator}`, value: givenOf(left, notes) };
}

function fromSide(operator: Comparison, { at, shape }: Side, right: Expression, notes: Notes): JsonObject {
  if (!isFixed(right)) {
    const other = placed(right, notes).at;
    return operator === "in" ? { ...other, operator: "contains", value: at } : leafOf(operator, at, other);
  }
  if (operator === "in" && right.type !== "list") throw new Unmappable('"in" asks for a list on its right.');
  const value = asIn(shape, givenOf(right, notes));
  if (shape.is === "field") for (const remark of unknownOptions(shape, value)) notes.remarks.add(remark);
  return leafOf(operator, at, value);
}

const isYesOrNo = (expression: Expression) => expression.type === "value" && typeof expression.value === "boolean";

/** True for what is known as it stands: values, and lists of them. A text that is one reference is the reference. */
function isFixed(expression: Expression): boolean {
  const { type } = opened(expression);
  return type === "value" || type === "list";
}

/** `'{{x}}'` is the reference itself. */
function opened(expression: Expression): Expression {
  const only =
    expression.type === "value" && typeof expression.value === "string"
      ? /^\s*\{\{([^{}]*)\}\}\s*$/.exec(expression.value)?.[1]
      : undefined;
  const read = only === undefined ? undefined : readExpression(only, theirs);
  return read && "expression" in read && read.expression.type === "path" ? read.expression : expression;
}

/** Where a value lies that is not fixed: a reference, how many there are, or the result of a calculation made before. */
function placed(given: Expression, notes: Notes): Side {
  const expression = opened(given);
  if (expression.type === "path") return sideOf(expression.segments, notes);
  if (expression.type === "method" && expression.of.type === "path" && isLength(expression))
    return sideOf([...expression.of.segments, "length"], notes);
  const worked = notes.names.workOut(expression);
  if ("problem" in worked) throw new Unmappable(worked.problem);
  return { at: { fact: worked.fact, path: worked.path.reduce(joined) }, shape: worked.shape };
}

const isLength = ({ name, args }: Expression & { type: "method" }) =>
  args.length === 0 && ["length", "size", "count"].includes(name.toLowerCase());

/** Elsewhere `{{x}} == 'true'` compares texts; here a field that is yes or no is neither. */
function asIn(shape: Shape, value: unknown): unknown {
  if (shape.is !== "field" || shape.field.type !== "boolean" || (value !== "true" && value !== "false")) return value;
  return value === "true";
}

function isLogical({ type }: Expression): boolean {
  return type === "and" || type === "or" || type === "not" || type === "compare";
}

/** `(a > 1) == true` is the comparison itself. */
function ofLogical(operator: Comparison, left: Expression, right: Expression, notes: Notes): JsonObject {
  const [asked, other] = isLogical(left) ? [left, right] : [right, left];
  if ((operator !== "==" && operator !== "!=") || other.type !== "value" || typeof other.value !== "boolean")
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
  if (expression.type === "list") return expression.items.map((one) => givenOf(one, notes));
  if (expression.type !== "value") throw new Unmappable("Only fixed values can stand in a list.");
  const { value } = expression;
  if (typeof value !== "string") return value;
  return value.includes("{{") ? notes.names.text(value) : notes.names.literal(value);
}
