import { type Token, tokensOf } from "./expression-tokens.js";

/** A parsed expression. `text` is a quoted text with templates in it; `path` a reference, as its names. */
export type Expression =
  | { type: "path"; segments: string[] }
  | { type: "literal"; value: string | number | boolean | null }
  | { type: "text"; text: string }
  | { type: "list"; items: Expression[] }
  | { type: "not"; of: Expression }
  | { type: "and" | "or"; of: Expression[] }
  | { type: "compare"; operator: Comparison; left: Expression; right: Expression };

/** How two sides are compared, whatever the expression spelled it like. */
export type Comparison = "==" | "!=" | ">" | "<" | ">=" | "<=" | "contains" | "startsWith" | "endsWith" | "in";

/** What a text was read as, or why it is no expression and where (from 0). */
export type ReadExpression = { expression: Expression } | { problem: string; at: number };

/** Expressions longer, or nested deeper, than this are refused. */
const LONGEST = 10_000;
const DEEPEST = 30;

const spellings: Record<string, Comparison> = {
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

/**
 * Reads a condition such as `{{steps.a.output.total}} > 1000 && {{x}} contains 'y'`. `||` binds least, then `&&`, then
 * `!`, then comparisons; double braces group like parentheses. Values are never pasted in: a reference stays one. Pure;
 * never throws, and takes time by the length of the text.
 */
export function readExpression(text: string): ReadExpression {
  if (text.length > LONGEST) return { problem: `An expression has at most ${LONGEST} characters.`, at: LONGEST };
  const scanned = tokensOf(text);
  if ("problem" in scanned) return scanned;
  const reader = readerOf(scanned.tokens, text.length);
  try {
    const expression = either(reader, 0);
    const extra = reader.peek();
    if (extra) throw new Unreadable(`"${extra.text}" was not expected here.`, extra.at);
    return { expression };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message, at: error.at };
    throw error;
  }
}

/** Leaves the recursion; it never leaves this file. */
class Unreadable extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

type Reader = { peek(): Token | undefined; next(): Token; accept(...words: string[]): Token | undefined };

function readerOf(tokens: Token[], end: number): Reader {
  let place = 0;
  const peek = () => tokens[place];
  const next = () => {
    const token = tokens[place];
    if (!token) throw new Unreadable("The expression ends too early.", end);
    place += 1;
    return token;
  };
  return {
    peek,
    next,
    accept(...words) {
      const token = peek();
      return token && (token.type === "sign" || token.type === "word") && words.includes(token.text.toLowerCase())
        ? next()
        : undefined;
    },
  };
}

function either(reader: Reader, depth: number): Expression {
  const of = [both(reader, depth)];
  while (reader.accept("||", "or")) of.push(both(reader, depth));
  return of.length > 1 ? { type: "or", of } : (of[0] as Expression);
}

function both(reader: Reader, depth: number): Expression {
  const of = [negated(reader, depth)];
  while (reader.accept("&&", "and")) of.push(negated(reader, depth));
  return of.length > 1 ? { type: "and", of } : (of[0] as Expression);
}

function negated(reader: Reader, depth: number): Expression {
  let odd = false;
  let any = false;
  while (reader.accept("!", "not")) {
    odd = !odd;
    any = true;
  }
  const of = comparison(reader, depth);
  if (!any) return of;
  // An even number of negations is none, but still asks whether the value is there.
  return odd ? { type: "not", of } : { type: "not", of: { type: "not", of } };
}

function comparison(reader: Reader, depth: number): Expression {
  const left = operand(reader, depth);
  const sign = reader.accept(...Object.keys(spellings));
  if (!sign) return left;
  const operator = spellings[sign.text.toLowerCase()] ?? "==";
  const right = operand(reader, depth);
  const more = reader.accept(...Object.keys(spellings));
  if (more) throw new Unreadable("A comparison has two sides; join two of them with &&.", more.at);
  return { type: "compare", operator, left, right };
}

function operand(reader: Reader, depth: number): Expression {
  let found = primary(reader, depth);
  for (let sign = reader.accept(".", "|"); sign; sign = reader.accept(".", "|")) {
    const name = reader.next();
    if (found.type !== "path" || name.type !== "word" || (sign.text === "|" && !isLength(name.text)))
      throw new Unreadable(`"${sign.text}${name.text}" cannot be asked of this.`, sign.at);
    found = { type: "path", segments: [...found.segments, ...(sign.text === "|" ? ["length"] : name.segments)] };
  }
  return found;
}

function isLength(name: string): boolean {
  return ["length", "size", "count"].includes(name.toLowerCase());
}

const closing: Record<string, string> = { "(": ")", "{{": "}}" };
const constants = new Map<string, true | false | null>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", null],
]);

function primary(reader: Reader, depth: number): Expression {
  const token = reader.next();
  if (depth > DEEPEST) throw new Unreadable(`Expressions are nested at most ${DEEPEST} levels deep.`, token.at);
  switch (token.type) {
    case "number":
      return { type: "literal", value: Number(token.text) };
    case "text":
      return quoted(token);
    case "word": {
      const constant = constants.get(token.text.toLowerCase());
      return constant === undefined ? { type: "path", segments: token.segments } : { type: "literal", value: constant };
    }
    case "sign": {
      if (token.text === "[") return list(reader, depth);
      const close = closing[token.text];
      if (!close) throw new Unreadable(`"${token.text}" was not expected here.`, token.at);
      const inner = either(reader, depth + 1);
      if (!reader.accept(close)) throw new Unreadable(`"${token.text}" is not closed.`, token.at);
      return inner;
    }
  }
}

/** `'{{x}}'` is the reference itself; other text with references in it stays a template. */
function quoted({ text }: Token): Expression {
  if (!text.includes("{{")) return { type: "literal", value: text };
  const only = /^\s*\{\{([^{}]*)\}\}\s*$/.exec(text)?.[1];
  const inner = only === undefined ? undefined : tokensOf(only);
  if (inner && "tokens" in inner && inner.tokens.length === 1 && inner.tokens[0]?.type === "word")
    return { type: "path", segments: inner.tokens[0].segments };
  return { type: "text", text };
}

function list(reader: Reader, depth: number): Expression {
  const items: Expression[] = [];
  if (reader.accept("]")) return { type: "list", items };
  do items.push(operand(reader, depth + 1));
  while (reader.accept(","));
  const after = reader.peek();
  if (!reader.accept("]")) throw new Unreadable("A list is not closed.", after?.at ?? 0);
  return { type: "list", items };
}
