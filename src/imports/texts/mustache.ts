import { entryOf } from "../names/table.js";

/** A part of a text with templates from elsewhere. `at` counts from 0. */
export type Part =
  | { type: "plain"; text: string }
  | { type: "value"; inner: string }
  | { type: "section"; word: Section; inner: string; parts: Part[]; otherwise: Part[] };

/** What a section does: `list` repeats for each or, for what is no list, holds once; `not` is the contrary. */
export type Section = "list" | "each" | "if" | "not" | "with";

/** A text taken apart, or why it cannot be. */
export type Mustache = { parts: Part[] } | { problem: string };

const words: Record<string, Section> = { "#each": "each", "#if": "if", "#unless": "not", "#with": "with" };
const DEEPEST = 40;

type Open = { name: string; word: Section; inner: string; parts: Part[]; otherwise: Part[] | null };

/**
 * Takes a text apart into plain text, `{{ values }}` and `{{#sections}}`, the way Mustache and Handlebars write them. A
 * brace that is never closed is plain text. Goes through the text once; never throws.
 */
export function readMustache(text: string): Mustache {
  const root: Part[] = [];
  const opened: Open[] = [];
  const add = (part: Part) => {
    const last = opened.at(-1);
    (last ? (last.otherwise ?? last.parts) : root).push(part);
  };
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf("{{", at);
    const triple = text.startsWith("{{{", start);
    const end = start < 0 ? -1 : text.indexOf(triple ? "}}}" : "}}", start + 2);
    if (end < 0) break;
    if (start > at) add({ type: "plain", text: text.slice(at, start) });
    const inner = text.slice(start + (triple ? 3 : 2), end).trim();
    at = end + (triple ? 3 : 2);
    const problem = tag(inner, opened, add);
    if (problem !== null) return { problem };
  }
  if (at < text.length) add({ type: "plain", text: text.slice(at) });
  const left = opened.at(-1);
  return left ? { problem: `The section "${left.name}" is not closed.` } : { parts: root };
}

function tag(inner: string, opened: Open[], add: (part: Part) => void): string | null {
  const sign = inner.charAt(0);
  const name = inner.slice(1).trim();
  if (sign === "!") return null;
  if (sign === ">") return `"{{${inner}}}" takes in another text, which is not here.`;
  if (sign === "#" || sign === "^") return name === "" ? otherwise(inner, opened) : open(inner, opened);
  if (sign === "/") return close(name, opened, add);
  if (inner === "else") return otherwise(inner, opened);
  add({ type: "value", inner: sign === "&" ? name : inner });
  return null;
}

function open(inner: string, opened: Open[]): string | null {
  if (opened.length >= DEEPEST) return `Sections are nested at most ${DEEPEST} levels deep.`;
  const [first = "", ...more] = inner.split(/\s+/);
  const word = more.length > 0 ? entryOf(words, first) : undefined;
  const plain: Section = inner.startsWith("^") ? "not" : "list";
  const about = word ? more.join(" ") : inner.slice(1).trim();
  opened.push({ name: word ? first.slice(1) : about, word: word ?? plain, inner: about, parts: [], otherwise: null });
  return null;
}

function otherwise(inner: string, opened: Open[]): string | null {
  const last = opened.at(-1);
  if (!last || last.otherwise) return `"{{${inner}}}" belongs to no section.`;
  last.otherwise = [];
  return null;
}

function close(name: string, opened: Open[], add: (part: Part) => void): string | null {
  const last = opened.pop();
  if (!last || last.name !== name) return `"{{/${name}}}" closes ${last ? `"${last.name}"` : "nothing"}.`;
  const { word, inner, parts } = last;
  add({ type: "section", word, inner, parts, otherwise: last.otherwise ?? [] });
  return null;
}
