import { type Notation, theirs } from "./notation.js";

/**
 * A word or a sign of an expression. `stand` stands for it where the shape is read: every name is alike there, every
 * comparison binds alike, and no word can be anything but a word.
 */
export type Token = { kind: Kind; text: string; at: number; stand: string };

type Kind = "number" | "text" | "template" | "path" | "prefix" | "infix" | "member" | "open" | "close" | "choice";

/** Why a text is no expression, and where (from 0). */
export type Fault = { problem: string; at: number };

/** An expression has at most so many words and signs, and nests at most so deep. */
const MOST = 2_000;
const DEEPEST = 50;

/** Signs between two values by their stand, longer ones first. */
const infix: [sign: string, stand: string][] = [
  ...["===", "!==", "==", "!=", "<>", ">=", "<=", ">", "<", "="].map((sign): [string, string] => [sign, "<"]),
  ["&&", "&&"],
  ["||", "||"],
  ["??", "||"],
  ..."+-*/%,".split("").map((sign): [string, string] => [sign, sign]),
];

const infixWords: Record<string, string> = {
  and: "&&",
  or: "||",
  contains: "<",
  includes: "<",
  startswith: "<",
  endswith: "<",
  in: "<",
};

const stands = { number: "1", text: '""', template: "$", path: "$" };
const closers: Record<string, string> = { "(": ")", "[": "]", "{{": "}}" };

export const aValue = "a number, a name or (";

/** Says that something stands where it cannot. */
export function outOfPlace(text: string, at: number, wanted: string): Fault {
  const what = text === "" ? "The expression ends too soon" : `"${text}" at character ${at + 1} is out of place`;
  return { problem: `${what}: expected ${wanted}.`, at };
}

type Reading = { notation: Notation; tokens: Token[]; opened: Token[]; deep: number };

/**
 * The words and signs of a text, or why it has none and where. Sees to it that values and signs take turns, that brackets
 * match, and that nothing is larger or deeper than allowed; what is left is for the parser. Takes time by the length.
 */
export function tokensOf(text: string, notation: Notation): { tokens: Token[] } | Fault {
  if (text.length > notation.longest)
    return { problem: `An expression has at most ${notation.longest} characters.`, at: notation.longest };
  const reading: Reading = { notation, tokens: [], opened: [], deep: 0 };
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const token = tokenAt(text, at, reading);
    const fault = token ? take(token, reading) : unreadable(text, at);
    if (fault) return fault;
    at += token?.text.length ?? 1;
  }
  if (!hasEnded(reading.tokens.at(-1))) return outOfPlace("", text.length, aValue);
  endFilter(reading, text.length);
  const open = reading.opened.findLast(({ kind }) => kind === "open");
  if (!open) return { tokens: reading.tokens };
  const closer = closers[open.text] ?? "";
  return { problem: `"${open.text}" at character ${open.at + 1} is not closed: expected "${closer}".`, at: open.at };
}

/** True after what ends a value: then a sign follows, or nothing. */
function hasEnded(token: Token | undefined): boolean {
  return token !== undefined && ["number", "text", "template", "path", "close"].includes(token.kind);
}

function tokenAt(text: string, at: number, { notation, tokens, opened }: Reading): Token | undefined {
  const before = tokens.at(-1);
  const ended = hasEnded(before);
  const here = text.charAt(at);
  const made = (kind: Kind, word: string, stand: string): Token => ({ kind, text: word, at, stand });
  if (before?.kind !== "member") {
    // What follows a filter's name and a colon is what the filter takes, as in a call.
    if (here === ":" && tokens.at(-2)?.text === "|" && !choosesHere(opened)) return made("open", ":", "(");
    if (ended && text.startsWith("?.", at) && !/\d/.test(text.charAt(at + 2))) return made("member", "?.", "?.");
    if (ended && (here === "." || (here === "|" && notation === theirs && text.charAt(at + 1) !== "|")))
      return made("member", here, ".");
    const sign = signAt(text, at, notation, ended);
    if (sign) return made(...sign);
  }
  for (const [kind, pattern] of notation.words) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const word = kind === "path" && before?.kind !== "member" ? found.toLowerCase() : "";
    if (ended && Object.hasOwn(infixWords, word)) return made("infix", found, infixWords[word] ?? "");
    return !ended && word === "not" ? made("prefix", found, "!") : made(kind, found, stands[kind]);
  }
  return undefined;
}

/** True between `?` and its `:`, as far as the innermost bracket goes. */
function choosesHere(opened: Token[]): boolean {
  const here = opened.slice(opened.findLastIndex(({ kind }) => kind === "open") + 1);
  return here.filter(({ text }) => text === "?").length * 2 > here.length;
}

function signAt(
  text: string,
  at: number,
  notation: Notation,
  ended: boolean,
): [kind: Kind, word: string, stand: string] | undefined {
  const here = text.charAt(at);
  if (notation === theirs && text.startsWith("{{", at)) return ["open", "{{", "("];
  if (notation === theirs && text.startsWith("}}", at)) return ["close", "}}", ")"];
  if (here === "(" || here === "[") return ["open", here, here];
  if (here === ")" || here === "]") return ["close", here, here];
  // Stands as a sign that no other sign can follow as one with it.
  if (!ended && here === "-") return ["prefix", "-", "~"];
  if (!ended && here === "!" && text.charAt(at + 1) !== "=") return ["prefix", "!", "!"];
  const sign = infix.find(([one]) => text.startsWith(one, at));
  if (sign) return ["infix", ...sign];
  return here === "?" || here === ":" ? ["choice", here, here] : undefined;
}

function unreadable(text: string, at: number): Fault {
  const here = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const open = text.startsWith("{{", at) ? "{{" : here;
  if (/^(?:['"`]|\{\{)$/.test(open))
    return { problem: `What begins with ${open} at character ${at + 1} is not closed.`, at };
  return { problem: `"${here}" at character ${at + 1} has no place in an expression.`, at };
}

/** Adds a token, if it may follow the one before. */
function take(token: Token, reading: Reading): Fault | undefined {
  const { tokens, opened } = reading;
  const { kind, text, at } = token;
  if (text === "|" || kind === "close") endFilter(reading, at);
  const before = tokens.at(-1);
  const ended = hasEnded(before);
  const open = opened.findLast((one) => one.kind === "open");
  const closer = open && closers[open.text];
  const wanted = ended ? (closer ? `an operator or "${closer}"` : "an operator or the end") : aValue;
  if (before?.kind === "member" && kind !== "path") return outOfPlace(text, at, "a name");
  if (kind === "close") {
    const isEmpty = before !== undefined && before === open && text !== "}}";
    if (text !== closer || !(ended || isEmpty)) return outOfPlace(text, at, wanted);
    opened.splice(opened.lastIndexOf(open ?? token));
  } else {
    const calls = kind === "open" && (text === "(" || text === ":") && before?.kind === "path";
    const isValue = !["infix", "member", "choice"].includes(kind) && before?.kind !== "member";
    if (isValue ? ended && !calls : before?.kind !== "member" && !ended) return outOfPlace(text, at, wanted);
    if (text === "," && !open) return outOfPlace(text, at, wanted);
    if (kind === "open" || kind === "choice") opened.push(token);
    reading.deep = kind === "prefix" ? reading.deep + 1 : 0;
  }
  if (reading.deep + opened.length > DEEPEST)
    return { problem: `Expressions are nested at most ${DEEPEST} levels deep.`, at };
  if (tokens.push(token) > MOST) return { problem: `An expression has at most ${MOST} words and signs.`, at };
  return undefined;
}

/** What a filter takes ends with the next filter, with the bracket around it, or with the text. */
function endFilter({ tokens, opened }: Reading, at: number): void {
  if (opened.findLast(({ kind }) => kind === "open")?.text !== ":" || !hasEnded(tokens.at(-1))) return;
  tokens.push({ kind: "close", text: "", at, stand: ")" });
  opened.splice(opened.findLastIndex(({ text }) => text === ":"));
}
