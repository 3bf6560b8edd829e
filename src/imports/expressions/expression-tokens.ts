import { readReference } from "../texts/reference-path.js";

/** One part of an expression. A word may be a whole path, `steps.a.output.items[0]`, and then has its names. */
export type Token = { type: "number" | "text" | "word" | "sign"; text: string; segments: string[]; at: number };

/** Longer ones first, so that `>=` is not `>`. */
const signs = ["===", "!==", "&&", "||", "==", "!=", "<>", ">=", "<=", "{{", "}}", ..."><=!()[],.|"];

const number = /-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?/y;
const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r" };

/** The parts of an expression, or what could not be read and where. Goes through the text once. */
export function tokensOf(text: string): { tokens: Token[] } | { problem: string; at: number } {
  const tokens: Token[] = [];
  let at = 0;
  const add = (type: Token["type"], end: number, content: string, segments: string[] = []) => {
    tokens.push({ type, text: content, segments, at });
    at = end;
  };
  while (at < text.length) {
    const here = text.charAt(at);
    if (/\s/.test(here)) {
      at += 1;
    } else if (here === "'" || here === '"' || here === "`") {
      const end = endOfText(text, at);
      if (end < 0) return { problem: "A quoted text is not closed.", at };
      add("text", end, unescaped(text.slice(at + 1, end - 1)));
    } else if (isNumberAt(text, at, tokens.at(-1))) {
      number.lastIndex = at;
      const found = number.exec(text)?.[0] ?? here;
      add("number", at + found.length, found);
    } else {
      const reference = readReference(text, at);
      const sign = signs.find((one) => text.startsWith(one, at));
      if (reference) add("word", reference.end, text.slice(at, reference.end), reference.segments);
      else if (sign) add("sign", at + sign.length, sign);
      else return { problem: `"${here}" cannot stand in an expression.`, at };
    }
  }
  return { tokens };
}

/** A minus begins a number only where a value may begin; there is no arithmetic. */
function isNumberAt(text: string, at: number, before: Token | undefined): boolean {
  number.lastIndex = at;
  if (!number.test(text)) return false;
  const afterValue = before !== undefined && (before.type !== "sign" || [")", "]", "}}"].includes(before.text));
  return !(afterValue && (text.charAt(at) === "-" || text.charAt(at) === "."));
}

function endOfText(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === quote) return at + 1;
  }
  return -1;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_all, one: string) => escapes[one] ?? one);
}
