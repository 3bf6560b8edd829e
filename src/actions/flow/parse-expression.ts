/** A parsed calculation. Operands are read by their place in `Parsed.operands`. */
export type Expression =
  | { type: "value"; value: number | string | boolean | null }
  | { type: "operand"; place: number }
  | { type: "call"; name: string; args: Expression[] }
  | { type: "minus"; of: Expression }
  | { type: "binary"; operator: string; left: Expression; right: Expression };

/** A calculation ready to evaluate once the values of its operands, each written as a template, are known. */
export type Parsed = { tree: Expression; operands: string[] };

type Token = { type: "number" | "text" | "template" | "name" | "sign" | "end"; text: string; at: number };

const LONGEST = 2_000;
const DEEPEST = 50;

const tokenKinds: [Token["type"], RegExp][] = [
  ["number", /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["text", /"[^"]*"|'[^']*'/y],
  ["template", /\{\{.*?\}\}/sy],
  ["name", /[A-Za-z_]\w*(?:\.\w+|\[\d+\])*/y],
  ["sign", /<=|>=|==|!=|[<>=+\-*/%(),]/y],
];

/**
 * Parses `round(record.amount * 1.19, 2) > limit`: numbers, quoted text, names, templates, `+ - * / %`, parentheses,
 * one comparison a level and calls. Throws RangeError saying what was expected and where.
 */
export function parseExpression(text: string): Parsed {
  if (text.length > LONGEST) throw new RangeError(`A calculation has at most ${LONGEST} characters.`);
  const tokens = tokensOf(text);
  const operands: string[] = [];
  let next = 0;
  let depth = 0;

  const here = () => tokens[next] ?? { type: "end" as const, text: "", at: text.length };
  const isSign = (...signs: string[]) => here().type === "sign" && signs.includes(here().text);
  const take = () => {
    const token = here();
    next++;
    return token;
  };
  const expect = (sign: string) => {
    if (!isSign(sign)) throw unexpected(here(), `"${sign}"`);
    next++;
  };
  const operand = (template: string): Expression => ({ type: "operand", place: operands.push(template) - 1 });

  const chain =
    (inner: () => Expression, ...signs: string[]) =>
    () => {
      let left = inner();
      while (isSign(...signs)) left = { type: "binary", operator: take().text, left, right: inner() };
      return left;
    };
  const unary = (): Expression => {
    if (++depth > DEEPEST) throw new RangeError(`A calculation nests at most ${DEEPEST} deep.`);
    const minus = isSign("-");
    if (minus) next++;
    const tree: Expression = minus ? { type: "minus", of: unary() } : primary();
    depth--;
    return tree;
  };
  const sum = chain(chain(unary, "*", "/", "%"), "+", "-");
  const comparison = (): Expression => {
    const left = sum();
    if (!isSign("<", "<=", ">", ">=", "=", "==", "!=")) return left;
    return { type: "binary", operator: take().text, left, right: sum() };
  };
  const call = (name: string): Expression => {
    const args: Expression[] = [];
    expect("(");
    while (!isSign(")")) {
      if (args.length > 0) expect(",");
      args.push(comparison());
    }
    expect(")");
    return { type: "call", name, args };
  };
  const primary = (): Expression => {
    const token = take();
    if (token.type === "number") return { type: "value", value: Number(token.text) };
    if (token.type === "text") return { type: "value", value: token.text.slice(1, -1) };
    if (token.type === "template") return operand(token.text);
    if (token.type === "name") {
      if (isSign("(")) return call(token.text);
      return Object.hasOwn(words, token.text)
        ? { type: "value", value: words[token.text] ?? null }
        : operand(`{{ ${token.text} }}`);
    }
    if (token.type !== "sign" || token.text !== "(") throw unexpected(token, "a number, a name or (");
    const inside = comparison();
    expect(")");
    return inside;
  };

  const tree = comparison();
  if (here().type !== "end") throw unexpected(here(), "an operator or the end");
  return { tree, operands };
}

const words: Record<string, boolean | null> = { true: true, false: false, null: null };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const found = tokenKinds.find(([, pattern]) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!found) throw new RangeError(`"${text.charAt(at)}" at character ${at + 1} has no place in a calculation.`);
    const end = found[1].lastIndex;
    tokens.push({ type: found[0], text: text.slice(at, end), at });
    at = end;
  }
  return tokens;
}

function unexpected(token: Token, wanted: string): RangeError {
  const what =
    token.type === "end"
      ? "The calculation ends too soon"
      : `"${token.text}" at character ${token.at + 1} is out of place`;
  return new RangeError(`${what}: expected ${wanted}.`);
}
