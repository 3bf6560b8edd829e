/**
 * What the words of an expression look like. One grammar is read in two notations: in ours a pair of double braces is a
 * template, kept as it is; in that of other systems braces only group, a quote may be escaped, names may hold hyphens and
 * filters follow a bar.
 */
export type Notation = { longest: number; words: [kind: "number" | "text" | "template" | "path", pattern: RegExp][] };

const number = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?/y;
const index = String.raw`\[\s*(?:-?\d+|'[^'\]]*'|"[^"\]]*")\s*\]`;

/** `record.amount`, `steps.find.output.records[0].id`, `items['sku']`. */
const plainPath = new RegExp(String.raw`[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+|${index})*`, "uy");

/** `steps.get-it.output` and `steps.step-2.output` too; a hyphen before a last number is a minus: `total-1`. */
const foreignPath = new RegExp(
  String.raw`[@$\p{L}_][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+(?:-(?:[\p{L}_$][\p{L}\p{N}_$]*|[\p{L}\p{N}_$]+(?=[-.\[])))*|${index})*`,
  "uy",
);

export const ours: Notation = {
  longest: 2_000,
  words: [
    ["template", /\{\{.*?\}\}/sy],
    ["text", /"[^"]*"|'[^']*'/y],
    ["number", number],
    ["path", plainPath],
  ],
};

export const theirs: Notation = {
  longest: 10_000,
  words: [
    ["text", /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/sy],
    ["number", number],
    ["path", foreignPath],
  ],
};

const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r" };

/** What stands between the quotes. */
export function unquoted(text: string, notation: Notation): string {
  const inner = text.slice(1, -1);
  return notation === ours ? inner : inner.replace(/\\(.)/gs, (_all, one: string) => escapes[one] ?? one);
}

/** The names of a path: `items[0]['sku']` is `items`, `0` and `sku`. */
export function segmentsOf(path: string): string[] {
  const names = path.matchAll(/\[\s*(?:'([^']*)'|"([^"]*)"|(-?\d+))\s*\]|([^.[\]]+)/gu);
  return [...names].map((found) => found.slice(1).find((one) => one !== undefined) ?? "");
}
