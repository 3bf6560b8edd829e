import type { ObjectType } from "../../crm/index.js";
import { filterNames } from "../../templates/index.js";
import { type Part, readMustache, type Section } from "./mustache.js";
import { fieldNamed, isId } from "./objects.js";
import { readReference, wholeReference } from "./reference-path.js";
import type { Place, Reading } from "./references.js";
import { follow, open, type Shape } from "./shapes.js";
import { entryOf } from "./table.js";

/** How names of texts are told in ours. `rooted`: the name begins a path of its own (`steps`), also inside a section. */
export type ForTexts = {
  read(segments: readonly string[]): Reading;
  rooted(name: string): boolean;
  objects: readonly ObjectType[];
  /** The text goes where only a text may be, so that a record must not stay one. */
  wantsText: boolean;
};

/**
 * A text in our templates. `problems`: what cannot be told in them, so that the text says something else than it did;
 * `doubts`: values that perhaps are not there, which fails where they are used.
 */
export type Rewritten = { text: string; problems: string[]; doubts: string[] };

/**
 * Rewrites a text with templates from elsewhere: `{{steps.a.output.x}}`, sections, inverted sections, and what reads like
 * `{{#each}}`. A text that is one reference and nothing else stays one, so that its value keeps its type. Pure; never throws.
 */
export function rewriteText(text: string, names: ForTexts): Rewritten {
  const problems = new Set<string>();
  const doubts = new Set<string>();
  const read = readMustache(text);
  if ("problem" in read) return { text: literal(text), problems: [read.problem], doubts: [] };
  const writer: Writer = { names, problems, doubts, around: [] };
  const written = read.parts.map((part) => write(part, writer, read.parts.length === 1)).join("");
  return { text: written, problems: [...problems], doubts: [...doubts] };
}

/** A text that is meant as it stands, whatever it looks like. */
export function literal(text: string): string {
  if (!/\{[{%]/.test(text)) return text;
  return `{% raw %}${text.replace(/\{%(-?\s*endraw)/g, "{ %$1")}{% endraw %}`;
}

/** An item or a value that names of a section are about; `own` is how our template calls it. */
type Around = { own: string; shape: Shape; each: boolean };
type Writer = { names: ForTexts; problems: Set<string>; doubts: Set<string>; around: Around[] };

/** A value in our templates, and what is known of it. */
type Said = { text: string; shape: Shape; maybe?: boolean };

function write(part: Part, writer: Writer, alone = false): string {
  switch (part.type) {
    case "plain":
      return literal(part.text);
    case "value":
      return value(part.inner, writer, alone);
    case "section":
      return section(part, writer);
  }
}

function value(inner: string, writer: Writer, alone: boolean): string {
  const { reference, filters } = withFilters(inner, writer);
  const said = say(reference, writer);
  if (said === null) return literal(`{{${inner}}}`);
  // Between other text, a list or a record reads best as JSON.
  const inText = !alone || writer.names.wantsText;
  const many = inText && filters === "" && ["record", "records", "facts"].includes(said.shape.is);
  const fallback = said.maybe && filters === "" ? ' | default: ""' : "";
  return `{{ ${said.text}${many ? " | json" : filters}${fallback} }}`;
}

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

/** `x | upper`, and `x || 'none'` for what else to say. */
function withFilters(inner: string, writer: Writer): { reference: string; filters: string } {
  const [all = "", fallback] = split(inner, /\s*(?:\|\||\?\?)\s*/);
  if (fallback !== undefined && !isConstant(fallback)) refuse(inner, writer);
  const [reference = "", ...given] = all.split("|").map((one) => one.trim());
  const filters = given.map((filter) => {
    const [name = "", ...parts] = filter.split(":");
    const args = parts.join(":").trim();
    const meant = entryOf(filterWords, name.trim().toLowerCase()) ?? name.trim();
    const fine = filterNames.includes(meant) && (args === "" || args.split(",").every((one) => isConstant(one.trim())));
    if (!fine) refuse(inner, writer);
    return ` | ${meant}${args ? `: ${args}` : ""}`;
  });
  return { reference, filters: `${filters.join("")}${fallback === undefined ? "" : ` | default: ${fallback}`}` };
}

function split(text: string, by: RegExp): [string, string?] {
  const at = text.search(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at).replace(by, "")];
}

const isConstant = (text: string) => /^(?:-?\d+(?:\.\d+)?|'[^'{}]*'|"[^"{}]*"|true|false)$/.test(text.trim());

function refuse(inner: string, { problems }: Writer): void {
  problems.add(`"{{${inner}}}" is no reference; only names, and filters after them, can be taken over.`);
}

/** A reference in our template's words; null, and a problem noted, when it means nothing here. */
function say(reference: string, writer: Writer): Said | null {
  const local = sayLocal(reference, writer);
  if (local) return local;
  const segments = wholeReference(reference);
  if (!segments) {
    refuse(reference, writer);
    return null;
  }
  const found = writer.names.read(segments);
  if ("problem" in found) {
    writer.problems.add(found.problem);
    return null;
  }
  if (found.doubt !== undefined) writer.doubts.add(found.doubt);
  return { text: sayPlace(found), shape: found.shape, maybe: found.maybe === true };
}

/** Names about the sections around: `.`, `this.name`, `@index`, and fields of the item. */
function sayLocal(reference: string, writer: Writer): Said | null {
  const [innermost] = writer.around;
  if (!innermost) return null;
  const { own, shape } = innermost;
  if (reference === "." || reference === "this") return { text: own, shape };
  const special = entryOf({ "@index": "index0", "@first": "first", "@last": "last" }, reference);
  if (special && innermost.each) return { text: `forloop.${special}`, shape: open };
  const explicit = /^(?:this\.|\.\/)/.test(reference);
  const given = wholeReference(reference.replace(/^(?:this\.|\.\/)/, ""));
  if (!given) return null;
  for (const around of explicit ? [innermost] : writer.around) {
    if (!explicit && !isOwn(around.shape, given[0] ?? "", writer)) continue;
    const found = follow(around.shape, given, writer.names.objects);
    if ("lookUp" in found) continue;
    if (found.doubt !== undefined) writer.doubts.add(found.doubt);
    return { text: path([around.own, ...found.path]), shape: found.shape };
  }
  return null;
}

/** Inside a section a name is the item's, unless it begins a path of its own or the item is known not to have it. */
function isOwn(shape: Shape, name: string, { names }: Writer): boolean {
  if (shape.is === "open") return !names.rooted(name);
  if (shape.is !== "record" && shape.is !== "facts") return false;
  return isId(name) || fieldNamed(names.objects, shape.object, name) !== undefined;
}

function section({ word, inner, parts, otherwise }: Part & { type: "section" }, writer: Writer): string {
  const said = say(inner, writer);
  if (said === null) return literal(`{{#${inner}}}`);
  const kind = kindOf(word, said.shape, parts, writer);
  const inside = (around: Around[]) => parts.map((part) => write(part, { ...writer, around })).join("");
  const rest = otherwise.map((part) => write(part, writer)).join("");
  const here = writer.around;
  // An empty list is nothing there, and something in Liquid.
  if (kind === "not")
    return `{% if ${said.text} == blank %}${inside(here)}${rest ? `{% else %}${rest}` : ""}{% endif %}`;
  if (kind === "if" || kind === "with") {
    const around = kind === "with" ? [{ own: said.text, shape: said.shape, each: false }, ...here] : here;
    return `{% if ${said.text} != blank %}${inside(around)}${rest ? `{% else %}${rest}` : ""}{% endif %}`;
  }
  const name = `item${here.length > 0 ? `_${here.length + 1}` : ""}`;
  const shape: Shape = said.shape.is === "records" ? { is: "record", object: said.shape.object } : open;
  const body = inside([{ own: name, shape, each: true }, ...here]);
  return `{% for ${name} in ${said.text} %}${body}${rest ? `{% else %}${rest}` : ""}{% endfor %}`;
}

/** A section about one record is about its fields; one that never speaks of an item only asks whether there is something. */
function kindOf(word: Section, shape: Shape, parts: Part[], writer: Writer): Section {
  if (word !== "list") return word;
  if (shape.is === "record" || shape.is === "facts") return "with";
  return shape.is === "records" || speaksOfItem(parts, writer) ? "each" : "if";
}

function speaksOfItem(parts: Part[], writer: Writer): boolean {
  return parts.some((part) => {
    if (part.type === "plain") return false;
    const reference = part.inner.split("|")[0]?.trim() ?? "";
    if (reference === "." || reference.startsWith("@")) return true;
    const root = readReference(reference)?.segments[0];
    if (root !== undefined && !writer.names.rooted(root)) return true;
    return part.type === "section" && speaksOfItem(part.parts, writer);
  });
}

/** A place in our templates: `steps.find.output.records[0].values.name`. */
export function sayPlace({ fact, path: names }: Pick<Place, "fact" | "path">): string {
  return path([fact, ...names]);
}

function path(segments: string[]): string {
  return segments.reduce((text, name) => {
    if (/^-?\d+$/.test(name)) return `${text}[${name}]`;
    if (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) return `${text}.${name}`;
    return `${text}[${name.includes("'") ? `"${name}"` : `'${name}'`}]`;
  });
}
