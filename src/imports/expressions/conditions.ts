import { readExpression, theirs } from "../../expressions/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import { snake } from "../names/keys.js";
import { entryOf } from "../names/table.js";
import type { Shape } from "../shapes.js";
import { type Source, sourceOf } from "../source.js";
import { wholeReference } from "../texts/reference-path.js";
import { readReferenceIn } from "../texts/references.js";
import { quoted, Unmappable } from "../unmappable.js";
import { rewritten, treeOf, type Work, workedOut } from "../work.js";
import { comparisons, listIn, takesSeveral } from "./comparisons.js";
import { unknownOptions } from "./leaf.js";

/**
 * How a list of comparisons is read. `any`: one of them is enough. `values` rewrites the values, when these stand
 * elsewhere than the names. `keep`: what means nothing here stays as it is, so that the validator stops at it, instead
 * of ending the step.
 */
export type ListOptions = { any?: boolean; values?: Work; keep?: boolean };

/** `[{ attribute, operator, value }]` as a rule tree, groups in groups included. Throws Unmappable unless `keep` is set. */
export function treeFromList(
  work: Work,
  list: readonly unknown[],
  path: string,
  options: ListOptions = {},
): JsonObject {
  const joined = joinedBy(list);
  if (joined === "both" && !options.keep)
    throw new Unmappable('The conditions are joined by "and" and by "or"; put those that belong together in a group.');
  if (joined === "both")
    work.report(path, 'They are joined by "and" and by "or"; all of them must hold here until they are put in groups.');
  const nodes = list.map((one, at) => nodeFrom(work, one, `${path}[${at}]`, options));
  return { [options.any || joined === "or" ? "any" : "all"]: nodes };
}

const groups = ["all", "and", "any", "or", "conditions", "rules", "group"];
const joins = ["conjunction", "logical_operator", "join"];

/** How comparisons say of themselves that they are joined with those beside them; undefined when they do not. */
function joinedBy(list: readonly unknown[]): "and" | "or" | "both" | undefined {
  // What a group says of this it says of those inside it.
  const words = list
    .filter(isObject)
    .filter((one) => !groups.some((name) => Array.isArray(one[name])))
    .flatMap((one) => sourceOf(one, "").text(...joins) ?? []);
  if (list.length < 2 || words.length === 0) return undefined;
  if (words.every(isOr)) return "or";
  return words.every((word) => /^(?:and|all|&&)$/i.test(word.trim())) ? "and" : "both";
}

/** True for the words that join comparisons by "or". */
export function isOr(word: unknown): boolean {
  return typeof word === "string" && /^(?:or|any|\|\|)$/i.test(word.trim());
}

function nodeFrom(work: Work, given: unknown, path: string, options: ListOptions): JsonObject {
  if (typeof given === "string") return treeOf(work, given, path);
  if (!isObject(given)) return refuse(work, path, "This is no condition.", options);
  const source = sourceOf(given, path);
  for (const [names, any] of [
    [["all", "and"], false],
    [["any", "or"], true],
  ] as const) {
    const inner = source.take(...names);
    if (!Array.isArray(inner)) continue;
    reportLeft(work, source);
    return treeFromList(work, inner, source.at(...names), { ...options, any });
  }
  const inner = source.take("conditions", "rules", "group");
  if (Array.isArray(inner)) {
    const any = isOr(source.take("conjunction", "logic", "combinator", "operator", "type", "match"));
    reportLeft(work, source);
    return treeFromList(work, inner, source.at("conditions", "rules", "group"), { ...options, any });
  }
  return comparison(work, source, options);
}

function comparison(work: Work, source: Source, options: ListOptions): JsonObject {
  const names = ["attribute", "field", "attribute_slug", "field_slug", "path", "property", "variable", "left"];
  const [at, place] = [source.at(...names), source.text(...names)];
  const operatorAt = source.at("operator", "op", "comparison", "comparator");
  const operator = source.text("operator", "op", "comparison", "comparator") ?? "equals";
  const valueAt = source.at("value", "values", "right");
  const raw = source.take("value", "values", "right", "expected");
  reportLeft(work, source);
  if (place === undefined) return refuse(work, source.path, "A condition names no field.", options);
  const side = sideOf(work, place);
  // Signs have no letters to be folded to.
  const word = snake(operator) || operator.trim();
  const make = entryOf(comparisons, word);
  const fault = (path: string, message: string) => {
    const kept = { ...("at" in side ? side.at : { fact: "record", path: place }), operator: word, value: raw ?? null };
    return options.keep ? keep(work, path, message, kept) : refuse(work, path, message, options);
  };
  if ("problem" in side) return fault(at, side.problem);
  if (!make)
    return fault(operatorAt, `There is no comparison "${operator}".${didYouMean(word, Object.keys(comparisons))}`);
  const values = takesSeveral(make) ? listIn(raw) : raw;
  if (side.shape.is === "field") for (const remark of unknownOptions(side.shape, values)) work.report(valueAt, remark);
  const made = make(side.at, valueFrom(options.values ?? work, raw, valueAt));
  return made ?? fault(valueAt, `"${operator}" cannot be asked of ${JSON.stringify(raw ?? null)}.`);
}

function reportLeft({ report }: Work, source: Source): void {
  source.skip(...joins);
  for (const [name] of source.rest())
    if (!["id", "label", "name", "type"].includes(name)) report(source.at(name), "A condition has no such part.");
}

type Side = { at: JsonObject; shape: Shape } | { problem: string };

/** A value; one that is a reference and nothing else is read where it is compared, with its type. */
function valueFrom(work: Work, raw: unknown, path: string): unknown {
  if (typeof raw === "string" && /^\s*\{\{[^{}]*\}\}\s*$/.test(raw)) {
    const side = sideOf(work, raw);
    if ("at" in side) return side.at;
  }
  return rewritten(work, raw, path);
}

/** A field by its name, `record.amount`, or `{{steps.a.output.total}}`. */
function sideOf(work: Work, written: string): Side {
  const text = /^\s*\{\{([^{}]*)\}\}\s*$/.exec(written)?.[1] ?? written;
  const segments = wholeReference(text);
  if (!segments) {
    const read = readExpression(written, theirs);
    if ("problem" in read) return { problem: `"${quoted(written)}" is no field. ${read.problem}` };
    if (read.expression.type === "path") return sideOf(work, read.expression.segments.join("."));
    const found = workedOut(work, read.expression);
    return "problem" in found
      ? { problem: `"${quoted(written)}" is no field. ${found.problem}` }
      : { at: { fact: found.fact, path: found.path.join(".") }, shape: found.shape };
  }
  const found = readReferenceIn(work.scope, segments);
  if ("problem" in found) return found;
  if (found.doubt !== undefined) return { problem: found.doubt };
  if (found.only || (found.path.length === 0 && found.fact !== "now"))
    return { problem: `Conditions cannot read "${text}".` };
  const path = found.path
    .reduce((all, name) => (/^\d+$/.test(name) ? `${all}[${name}]` : `${all}.${name}`), "")
    .replace(/^\./, "");
  return { at: path ? { fact: found.fact, path } : { fact: found.fact }, shape: found.shape };
}

function keep(work: Work, path: string, reason: string, leaf: JsonObject): JsonObject {
  work.report(path, reason);
  return leaf;
}

function refuse(work: Work, path: string, message: string, { keep: lenient }: ListOptions): JsonObject {
  if (!lenient) throw new Unmappable(message);
  // A tree that is no tree: the validator names it, and nothing is published that asks less than it should.
  return keep(work, path, message, { fact: "record", operator: "" });
}
