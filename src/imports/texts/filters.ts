import { filterNames } from "../../templates/index.js";
import { saidOf } from "../said.js";
import { entryOf } from "../table.js";

/** A reference and the filters after it, in our words: ` | upcase | default: "none"`. Null when some of it means nothing here. */
export type Filtered = { reference: string; filters: string };

const filterWords: Record<string, string> = {
  length: "size",
  count: "size",
  upper: "upcase",
  uppercase: "upcase",
  lower: "downcase",
  lowercase: "downcase",
  stringify: "json",
  tojson: "json",
};

/** `x | upper`, `x|join(", ")`, and `x || 'none'` for what else to say. Pure. */
export function filteredFrom(inner: string): Filtered | null {
  const [all = "", fallback, ...more] = splitBy(inner, ["||", "??"]);
  if (more.length > 0 || (fallback !== undefined && !isConstant(fallback))) return null;
  const [reference = "", ...given] = splitBy(all, ["|"]);
  const filters = given.map(filterFrom);
  if (filters.includes(null)) return null;
  return { reference, filters: `${filters.join("")}${fallback === undefined ? "" : ` | default: ${fallback}`}` };
}

function filterFrom(text: string): string | null {
  const called = /^(\w+)\s*\((.*)\)$/s.exec(text);
  const [name = "", ...rest] = called ? [called[1] ?? "", called[2] ?? ""] : splitBy(text, [":"]);
  const args = splitBy(rest.join(":"), [","]).filter((one) => one !== "");
  const meant = entryOf(filterWords, name.toLowerCase()) ?? name;
  if (!filterNames.includes(meant) || !args.every(isConstant)) return null;
  return called ? calledFilter(meant, args) : said(meant, args);
}

/** Filters that are written as calls take the arguments of JavaScript: `sort("price", "desc")`, `slice(2, 5)`. */
function calledFilter(name: string, args: string[]): string | null {
  const [first = "", second] = args;
  if (name === "sort" && second !== undefined)
    return /desc/i.test(second) ? `${said(name, [first])} | reverse` : said(name, [first]);
  if (name !== "slice" || second === undefined) return said(name, args);
  const [from, to] = [Number(first), Number(second)];
  return from >= 0 && to >= from ? said(name, [first, saidOf(to - from)]) : null;
}

const said = (name: string, args: string[]) => ` | ${name}${args.length > 0 ? `: ${args.join(", ")}` : ""}`;

const isConstant = (text: string) => /^(?:-?\d+(?:\.\d+)?|'[^'{}]*'|"[^"{}]*"|true|false)$/.test(text);

/** The parts between signs, trimmed; what stands in quotes or in brackets is left together. */
function splitBy(text: string, signs: readonly string[]): string[] {
  const parts: string[] = [];
  let quote = "";
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const here = text.charAt(at);
    if (quote) quote = here === quote ? "" : quote;
    else if (here === "'" || here === '"') quote = here;
    else if (here === "(" || here === ")") depth += here === "(" ? 1 : -1;
    const sign = quote || depth > 0 ? undefined : signs.find((one) => text.startsWith(one, at));
    if (sign === undefined) continue;
    parts.push(text.slice(start, at).trim());
    start = at + sign.length;
    at = start - 1;
  }
  return [...parts, text.slice(start).trim()];
}

/** `items|formatList("{name}: {price}", ", ")` as a section that says the same; undefined for anything else. */
export function formattedList(inner: string): string | undefined {
  const text = `("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')`;
  const call = new RegExp(`^([^|]+)\\|\\s*formatList\\(\\s*${text}\\s*(?:,\\s*${text}\\s*)?\\)$`, "s").exec(inner);
  if (!call) return undefined;
  const [, list = "", item = "", between = '""'] = call;
  const body = unquoted(item).replace(/\{([A-Za-z_][\w.]*)\}/g, "{{this.$1}}");
  return `{{#each ${list.trim()}}}${body}{{#unless @last}}${unquoted(between)}{{/unless}}{{/each}}`;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_all, one: string) => ({ n: "\n", t: "\t" })[one] ?? one);
}
