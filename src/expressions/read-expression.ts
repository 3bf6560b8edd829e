import { parseExpressionAt, type Expression as Shape } from "acorn";
import type { Arithmetic, Comparison, Expression, ReadExpression } from "./expression.js";
import { type Notation, segmentsOf, unquoted } from "./notation.js";
import { aValue, type Fault, outOfPlace, type Token, tokensOf } from "./tokens.js";

const comparisons: Record<string, Comparison> = {
  "==": "==",
  "===": "==",
  "=": "==",
  "!=": "!=",
  "!==": "!=",
  "<>": "!=",
  ">": ">",
  "<": "<",
  ">=": ">=",
  "<=": "<=",
  contains: "contains",
  includes: "contains",
  startswith: "startsWith",
  endswith: "endsWith",
  in: "in",
};

const words: Record<string, boolean | null> = { true: true, false: false, null: null, undefined: null };

/** Leaves the recursion; it never leaves this file. */
class Unreadable extends Error {
  constructor(readonly found: Fault) {
    super(found.problem);
  }
}

/**
 * Reads `round(record.amount * 1.19, 2) > limit && !done ? "a" : "b"`. `?:` binds least, then `||`, `&&`, `!`, comparisons,
 * `+ -`, `* / %`, a minus, filters. The shape is read by acorn, which sees a stand-in for every word and sign; names are
 * never looked up here. Pure; never throws.
 */
export function readExpression(text: string, notation: Notation): ReadExpression {
  const scanned = tokensOf(text, notation);
  if ("problem" in scanned) return scanned;
  const tokens: Placed[] = [];
  let stands = "";
  for (const token of scanned.tokens) {
    tokens.push({ ...token, from: stands.length });
    stands += `${token.stand} `;
  }
  const reading: Reading = { notation, tokens, byPlace: new Map(tokens.map((one) => [one.from, one])) };
  try {
    const shape = parseExpressionAt(stands, 0, { ecmaVersion: 2022, sourceType: "module", preserveParens: true });
    const extra = signAfter(shape.end, reading);
    if (extra) throw new Unreadable(outOfPlace(extra.text, extra.at, "an operator or the end"));
    return { expression: expressionOf(shape, reading) };
  } catch (error) {
    if (error instanceof Unreadable) return error.found;
    if (error instanceof SyntaxError) return unexpected(error, reading, text);
    throw error;
  }
}

function unexpected(error: SyntaxError, reading: Reading, text: string): Fault {
  const place = "pos" in error && typeof error.pos === "number" ? error.pos : Number.POSITIVE_INFINITY;
  const token = signAfter(place, reading);
  const choice = reading.tokens.findLast(({ kind, from }) => kind === "choice" && from < place);
  const wanted = choice?.text === "?" ? '":" and the other value' : aValue;
  return outOfPlace(token?.text ?? "", token?.at ?? text.length, wanted);
}

/** A token, and where it stands in what the parser sees. */
type Placed = Token & { from: number };

type Reading = { tokens: Placed[]; byPlace: ReadonlyMap<number, Placed>; notation: Notation };

/** The first token from a place on. */
function signAfter(place: number, { tokens }: Reading): Placed | undefined {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.from ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return tokens[low];
}

function expressionOf(shape: Shape, reading: Reading): Expression {
  const of = (inner: Shape) => expressionOf(inner, reading);
  switch (shape.type) {
    case "ParenthesizedExpression":
      return of(shape.expression);
    case "ChainExpression":
      return of(shape.expression);
    case "Identifier":
    case "Literal":
      return wordOf(tokenAt(shape.start, reading), reading.notation);
    case "UnaryExpression":
      return shape.operator === "~" ? minus(of(shape.argument)) : negated(shape.argument, reading);
    case "ConditionalExpression":
      return { type: "choice", test: of(shape.test), yes: of(shape.consequent), no: of(shape.alternate) };
    case "LogicalExpression":
    case "BinaryExpression":
      return shape.left.type === "PrivateIdentifier"
        ? refuse(shape, reading)
        : binary(shape.left, shape.right, reading);
    case "ArrayExpression":
      return { type: "list", items: valuesIn(shape.elements, shape, reading) };
    case "MemberExpression":
      return member(shape, [], reading);
    case "CallExpression": {
      const args = valuesIn(shape.arguments, shape, reading);
      if (shape.callee.type === "MemberExpression") return member(shape.callee, args, reading, true);
      const callee = shape.callee.type === "Identifier" ? of(shape.callee) : undefined;
      return callee?.type === "path" ? calling(callee, args) : refuse(shape, reading);
    }
    default:
      return refuse(shape, reading);
  }
}

/** `!a == b` asks whether a is not b: the sign before a comparison is about all of it. */
function negated(argument: Shape, reading: Reading): Expression {
  return { type: "not", of: expressionOf(argument, reading) };
}

function tokenAt(place: number, reading: Reading): Token {
  return reading.byPlace.get(place) ?? refuse({ start: place }, reading);
}

function refuse({ start }: { start: number }, reading: Reading): never {
  const { text, at } = signAfter(start, reading) ?? { text: "", at: 0 };
  throw new Unreadable(outOfPlace(text, at, aValue));
}

function wordOf({ kind, text, at }: Token, notation: Notation): Expression {
  if (kind === "number") return { type: "value", value: Number(text) };
  if (kind === "text") return { type: "value", value: unquoted(text, notation) };
  if (kind === "template") return { type: "template", text };
  if (kind !== "path") throw new Unreadable(outOfPlace(text, at, aValue));
  const word = text.toLowerCase();
  return Object.hasOwn(words, word)
    ? { type: "value", value: words[word] ?? null }
    : { type: "path", segments: segmentsOf(text), text };
}

function minus(of: Expression): Expression {
  return of.type === "value" && typeof of.value === "number"
    ? { type: "value", value: -of.value }
    : { type: "minus", of };
}

/** `round(x)` is a call; `name.trim()` is asked of what stands before the last name. */
function calling({ segments, text }: Expression & { type: "path" }, args: Expression[]): Expression {
  const name = segments.at(-1) ?? "";
  if (segments.length === 1) return { type: "call", name, args };
  const front = segments.slice(0, -1);
  if (front.length === 1 && /^(?:Math|Number|JSON|Date|Object|Array|String)$/.test(front[0] ?? ""))
    return { type: "call", name: text, args };
  const of: Expression = { type: "path", segments: front, text: text.slice(0, -name.length - 1) };
  return { type: "method", of, name, args, called: true };
}

function member(
  shape: Shape & { type: "MemberExpression" },
  args: Expression[],
  reading: Reading,
  called = false,
): Expression {
  if (shape.computed || shape.object.type === "Super") return refuse(shape.property, reading);
  const of = expressionOf(shape.object, reading);
  const { text } = tokenAt(shape.property.start, reading);
  const sign = signAfter(shape.object.end, reading)?.text;
  const names = segmentsOf(text);
  if (sign === "|") {
    const [name = "", ...more] = names;
    const opener = called ? signAfter(shape.property.end, reading)?.text : undefined;
    if (more.length > 0) refuse(shape.property, reading);
    return { type: "method", of, name, args, called: opener === "(" };
  }
  const front = called ? names.slice(0, -1) : names;
  const owner: Expression =
    front.length === 0
      ? of
      : of.type === "path"
        ? { type: "path", segments: [...of.segments, ...front], text: `${of.text}.${front.join(".")}` }
        : front.reduce((all: Expression, name) => ({ type: "method", of: all, name, args: [], called: false }), of);
  return called ? { type: "method", of: owner, name: names.at(-1) ?? "", args, called } : owner;
}

function valuesIn(list: readonly (Shape | { type: string; start: number } | null)[], around: Shape, reading: Reading) {
  return list.map((one) => (one && isShape(one) ? expressionOf(one, reading) : refuse(around, reading)));
}

const isShape = (one: Shape | { type: string }): one is Shape => one.type !== "SpreadElement";

function binary(leftShape: Shape, rightShape: Shape, reading: Reading): Expression {
  const sign = signAfter(leftShape.end, reading);
  const word = sign?.text.toLowerCase() ?? "";
  const operator = comparisons[word];
  if (operator) return comparison(operator, sign?.at ?? 0, leftShape, rightShape, reading);
  const [left, right] = [expressionOf(leftShape, reading), expressionOf(rightShape, reading)];
  if (word === "&&" || word === "and") return joined("and", left, right, rightShape);
  if (word === "||" || word === "or" || word === "??") return joined("or", left, right, rightShape);
  if (isArithmetic(word)) return { type: "arithmetic", operator: word, left, right };
  return refuse({ start: leftShape.end }, reading);
}

const isArithmetic = (word: string): word is Arithmetic => /^[-+*/%]$/.test(word);

function joined(type: "and" | "or", left: Expression, right: Expression, rightShape: Shape): Expression {
  const before = left.type === type ? left.of : [left];
  const after = right.type === type && rightShape.type !== "ParenthesizedExpression" ? right.of : [right];
  return { type, of: [...before, ...after] };
}

function comparison(
  operator: Comparison,
  at: number,
  leftShape: Shape,
  rightShape: Shape,
  reading: Reading,
): Expression {
  if (leftShape.type === "BinaryExpression" && isComparison(leftShape, reading))
    throw new Unreadable({ problem: "A comparison has two sides; join two of them with &&.", at });
  // The parser binds a negation closer than a comparison; here it is about the whole of it.
  if (leftShape.type === "UnaryExpression" && leftShape.operator === "!") {
    const inner = comparison(operator, at, leftShape.argument, rightShape, reading);
    return { type: "not", of: inner };
  }
  return {
    type: "compare",
    operator,
    left: expressionOf(leftShape, reading),
    right: expressionOf(rightShape, reading),
  };
}

function isComparison(shape: Shape & { type: "BinaryExpression" }, reading: Reading): boolean {
  return Object.hasOwn(comparisons, signAfter(shape.left.end, reading)?.text.toLowerCase() ?? "");
}
