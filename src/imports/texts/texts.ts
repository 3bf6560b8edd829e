import type { ObjectType } from "../../crm/index.js";
import { follow, open, type Shape } from "../shapes.js";
import { fieldNamed, isId } from "../steps/objects.js";
import { entryOf } from "../table.js";
import { filteredFrom, formattedList } from "./filters.js";
import { type Part, readMustache, type Section } from "./mustache.js";
import { readReference, wholeReference } from "./reference-path.js";
import type { Place, Reading } from "./references.js";

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

/**
 * An item or a value that names of a section are about; `own` is how our template calls it. `name`: it is a single value,
 * which has no names below it and is called by this one.
 */
type Around = { own: string; shape: Shape; each: boolean; name?: string };
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
  const list = formattedList(inner);
  const asSection = list === undefined ? undefined : readMustache(list);
  if (asSection && "parts" in asSection) return asSection.parts.map((part) => write(part, writer)).join("");
  if (/^\$?(?:today|current_?date)$/i.test(inner)) return '{{ now | date: "%Y-%m-%d" }}';
  const filtered = filteredFrom(inner);
  if (!filtered) refuse(inner, writer);
  const said = filtered && say(filtered.reference, writer);
  if (!said) return literal(`{{${inner}}}`);
  const { filters } = filtered;
  // Between other text, a list or a record reads best as JSON.
  const inText = !alone || writer.names.wantsText;
  const many = inText && filters === "" && ["record", "records", "facts"].includes(said.shape.is);
  const fallback = said.maybe && filters === "" ? ' | default: ""' : "";
  return `{{ ${said.text}${many ? " | json" : filters}${fallback} }}`;
}

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
  const named = writer.around.find(({ name }) => name === reference);
  if (named) return { text: named.own, shape: named.shape };
  const explicit = /^(?:this\.|\.\/)/.test(reference);
  const given = wholeReference(reference.replace(/^(?:this\.|\.\/)/, ""));
  if (!given) return null;
  for (const around of explicit ? [innermost] : writer.around) {
    if (around.name !== undefined || (!explicit && !isOwn(around.shape, given[0] ?? "", writer))) continue;
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
  const kind = kindOf(word, said.shape, inner, parts, writer);
  const inside = (around: Around[]) => parts.map((part) => write(part, { ...writer, around })).join("");
  const rest = otherwise.map((part) => write(part, writer)).join("");
  const here = writer.around;
  // An empty list is nothing there, and something in Liquid.
  if (kind === "not")
    return `{% if ${said.text} == blank %}${inside(here)}${rest ? `{% else %}${rest}` : ""}{% endif %}`;
  if (kind === "if" || kind === "with") {
    const of = { own: said.text, shape: said.shape, each: false };
    const single = word === "list" && kind === "if" ? [{ ...of, name: ownName(inner) }, ...here] : here;
    const around = kind === "with" ? [of, ...here] : single;
    return `{% if ${said.text} != blank %}${inside(around)}${rest ? `{% else %}${rest}` : ""}{% endif %}`;
  }
  const name = `item${here.length > 0 ? `_${here.length + 1}` : ""}`;
  const shape: Shape = said.shape.is === "records" ? { is: "record", object: said.shape.object } : open;
  const body = inside([{ own: name, shape, each: true }, ...here]);
  // What is called by a word for one thing may be one, whose names the section speaks of.
  if (word === "list" && said.shape.is === "open" && !/(?:s|list|data|items)$/i.test(ownName(inner))) {
    const list = name.replace("item", "items");
    const each = `{% assign ${list} = ${said.text} | compact %}{% for ${name} in ${list} %}${body}{% endfor %}`;
    return `{% if ${said.text} != blank %}${each}${rest ? `{% else %}${rest}` : ""}{% endif %}`;
  }
  return `{% for ${name} in ${said.text} %}${body}${rest ? `{% else %}${rest}` : ""}{% endfor %}`;
}

/**
 * A section about one record is about its fields; one about a single value, which it may repeat, and one that never
 * speaks of an item only ask whether there is something.
 */
function kindOf(word: Section, shape: Shape, inner: string, parts: Part[], writer: Writer): Section {
  if (word !== "list") return word;
  if (shape.is === "record" || shape.is === "facts") return "with";
  if (shape.is === "field") return ["multiSelect", "json"].includes(shape.field.type) ? "each" : "if";
  const repeats = parts.some((part) => part.type === "value" && [inner, ownName(inner)].includes(part.inner));
  if (shape.is !== "records" && repeats) return "if";
  return shape.is === "records" || speaksOfItem(parts, writer) ? "each" : "if";
}

/** `price` of `item.price`. */
const ownName = (inner: string) => inner.trim().split(".").at(-1) ?? "";

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
