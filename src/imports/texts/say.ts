import type { ObjectType } from "../../crm/index.js";
import type { Expression } from "../../expressions/index.js";
import { snake } from "../names/keys.js";
import { fieldNamed, isId } from "../names/objects.js";
import * as synonyms from "../names/synonyms.js";
import { byTheirs, entryOf } from "../names/table.js";
import { follow, open, type Shape } from "../shapes.js";
import { quoted } from "../unmappable.js";
import type { Said } from "./liquid.js";
import { wholeReference } from "./reference-path.js";
import type { Place, Reading } from "./references.js";

/** How names of texts are told in ours. `rooted`: the name begins a path of its own (`steps`), also inside a section. */
export type ForTexts = {
  read(segments: readonly string[]): Reading;
  rooted(name: string): boolean;
  /** Has something calculated before the step: the place of the result. */
  workOut(expression: Expression): Reading;
  objects: readonly ObjectType[];
  /** The text goes where only a text may be, so that a record must not stay one. */
  wantsText: boolean;
};

/**
 * An item or a value that names of a section are about; `own` is how our template calls it. `name`: it is a single value,
 * which has no names below it and is called by this one.
 */
export type Around = { own: string; shape: Shape; each: boolean; name?: string };

/** What a text is written with: what is around it, and what could not be told or is perhaps not there. */
export type Writer = { names: ForTexts; problems: Set<string>; doubts: Set<string>; around: Around[] };

/** A reference in our template's words; null, and a problem noted, when it means nothing here. */
export function say(reference: string, writer: Writer): Said | null {
  const local = sayLocal(reference, writer);
  if (local) return local;
  const segments = wholeReference(reference);
  if (!segments) {
    refuse(reference, "It is no reference.", writer);
    return null;
  }
  const found = writer.names.read(segments);
  const part = "problem" in found || found.doubt !== undefined ? partOfName(segments, writer) : undefined;
  if (part) return part;
  if ("problem" in found) {
    writer.problems.add(found.problem);
    return null;
  }
  if (found.doubt !== undefined) writer.doubts.add(found.doubt);
  return { text: sayPlace(found), filters: "", shape: found.shape, maybe: found.maybe === true };
}

const nameParts = byTheirs(synonyms.nameParts);

/** `first_name` of what has one field for the whole name. */
function partOfName(segments: readonly string[], { names }: Writer): Said | undefined {
  const part = entryOf(nameParts, snake(segments.at(-1) ?? ""));
  const whole = part && names.read([...segments.slice(0, -1), "name"]);
  if (!whole || "problem" in whole || whole.doubt !== undefined || whole.shape.is !== "field") return undefined;
  return { text: sayPlace(whole), filters: ` | split: " " | ${part}`, shape: whole.shape };
}

/** Names about the sections around: `.`, `this.name`, `@index`, and fields of the item. */
function sayLocal(reference: string, writer: Writer): Said | null {
  const [innermost] = writer.around;
  if (!innermost) return null;
  const { own, shape } = innermost;
  if (reference === "." || reference === "this") return { text: own, filters: "", shape };
  const special = entryOf({ "@index": "index0", "@first": "first", "@last": "last" }, reference);
  if (special && innermost.each) return { text: `forloop.${special}`, filters: "", shape: open };
  const named = writer.around.find(({ name }) => name === reference);
  if (named) return { text: named.own, filters: "", shape: named.shape };
  const explicit = /^(?:this\.|\.\/)/.test(reference);
  const given = wholeReference(reference.replace(/^(?:this\.|\.\/)/, ""));
  if (!given) return null;
  for (const around of explicit ? [innermost] : writer.around) {
    if (around.name !== undefined || (!explicit && !isOwn(around.shape, given[0] ?? "", writer))) continue;
    const found = follow(around.shape, given, writer.names.objects);
    if ("lookUp" in found) continue;
    if (found.doubt !== undefined) writer.doubts.add(found.doubt);
    return { text: path([around.own, ...found.path]), filters: "", shape: found.shape };
  }
  return null;
}

/** Inside a section a name is the item's, unless it begins a path of its own or the item is known not to have it. */
function isOwn(shape: Shape, name: string, { names }: Writer): boolean {
  if (shape.is === "open") return !names.rooted(name);
  if (shape.is !== "record" && shape.is !== "facts") return false;
  return isId(name) || fieldNamed(names.objects, shape.object, name) !== undefined;
}

/** Notes that a text says something else than it did. */
export function refuse(inner: string, problem: string, { problems }: Writer): void {
  problems.add(`"{{${quoted(inner)}}}" cannot be taken over: ${problem}`);
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
