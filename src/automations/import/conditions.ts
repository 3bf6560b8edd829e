import { isObject, type JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import { type Comparison, readExpression } from "./expression.js";
import { leafOf, unknownOptions } from "./expression-tree.js";
import { snake } from "./keys.js";
import { wholeReference } from "./reference-path.js";
import { readReferenceIn } from "./references.js";
import type { Shape } from "./shapes.js";
import { type Source, sourceOf } from "./source.js";
import { entryOf } from "./table.js";
import { rewritten, treeOf, Unmappable, type Work } from "./work.js";

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
  const nodes = list.map((one, at) => nodeFrom(work, one, `${path}[${at}]`, options));
  return { [options.any ? "any" : "all"]: nodes };
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
    if (Array.isArray(inner)) return treeFromList(work, inner, source.at(...names), { ...options, any });
  }
  const inner = source.take("conditions", "rules", "group");
  if (Array.isArray(inner)) {
    const any = isOr(source.take("conjunction", "logic", "combinator", "operator", "type", "match"));
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
  for (const [name] of source.rest()) {
    if (!["id", "label", "name", "type"].includes(name)) work.report(source.at(name), "A condition has no such part.");
  }
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
  if (side.shape.is === "field") for (const remark of unknownOptions(side.shape, raw)) work.report(valueAt, remark);
  const made = make(side.at, valueFrom(options.values ?? work, raw, valueAt));
  return made ?? fault(valueAt, `"${operator}" cannot be asked of ${JSON.stringify(raw ?? null)}.`);
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
    const read = readExpression(written);
    if ("problem" in read || read.expression.type !== "path") return { problem: `"${written}" is no field.` };
    return sideOf(work, read.expression.segments.join("."));
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

type Make = (place: JsonObject, value: unknown) => JsonObject | undefined;

const comparisons: Record<string, Make> = {};
const named = (names: string, make: Make) => {
  for (const name of names.split(" ")) comparisons[name] = make;
};
const compared =
  (operator: Comparison): Make =>
  (place, value) =>
    leafOf(operator, place, value ?? null);
const asks =
  (operator: string): Make =>
  (place) => ({ ...place, operator });
const takes =
  (operator: string): Make =>
  (place, value) =>
    value === undefined || value === null ? undefined : { ...place, operator, value };
const not =
  (make: Make): Make =>
  (place, value) => {
    const inner = make(place, value);
    return inner && { not: inner };
  };
const oneOf: Make = (place, value) => {
  const list = typeof value === "string" && !/\{[{%]/.test(value) ? value.split(",").map((one) => one.trim()) : value;
  return list === undefined || list === null
    ? undefined
    : { ...place, operator: "in", value: Array.isArray(list) ? list : [list] };
};
const range: Make = (place, value) => {
  const ends: unknown = isObject(value) ? [value["min"] ?? value["from"], value["max"] ?? value["to"]] : value;
  return Array.isArray(ends) && ends.length === 2 && !ends.includes(undefined)
    ? { ...place, operator: "between", value: ends }
    : undefined;
};
const days =
  (operator: string): Make =>
  (place, value) => {
    const many = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof many === "number") return { ...place, operator, value: `${Math.trunc(many)}d` };
    return typeof many === "string" ? { ...place, operator, value: many } : undefined;
  };

named("eq equal equals is equal_to", compared("=="));
named("ne neq not_equal not_equals is_not not_equal_to", compared("!="));
named("gt greater_than is_greater_than more_than over after_number", compared(">"));
named(
  "gte ge greater_than_or_equal greater_than_or_equals greater_than_or_equal_to at_least greater_than_inclusive",
  compared(">="),
);
named("lt less_than is_less_than under", compared("<"));
named(
  "lte le less_than_or_equal less_than_or_equals less_than_or_equal_to at_most less_than_inclusive",
  compared("<="),
);
named("contains includes has like ilike", compared("contains"));
named("not_contains does_not_contain not_includes excludes", not(takes("contains")));
named("starts_with begins_with", compared("startsWith"));
named("ends_with", compared("endsWith"));
named("in is_one_of one_of any_of is_any_of", oneOf);
named("not_in none_of is_none_of not_any_of", not(oneOf));
named("is_empty empty is_null not_exists is_blank is_not_set is_unknown", asks("isEmpty"));
named("is_not_empty not_empty is_not_null exists is_present is_set is_known has_value", asks("isNotEmpty"));
named("is_true true is_checked", (place) => ({ ...place, operator: "equal", value: true }));
named("is_false false is_unchecked", (place) => ({ ...place, operator: "equal", value: false }));
named("between is_between", range);
named("before is_before", takes("before"));
named("after is_after", takes("after"));
named("on on_day is_on", takes("onDay"));
named("matches regex matches_regex", takes("matches"));
named("within_last in_the_last in_last_days last_n_days within_last_days", days("withinLast"));
named("within_next in_the_next in_next_days next_n_days within_next_days", days("withinNext"));
named("older_than older_than_days more_than_days_ago", days("olderThan"));
named("changed has_changed is_changed", asks("changed"));
named("changed_to", takes("changedTo"));
named("changed_from", takes("changedFrom"));
named("increased", asks("increased"));
named("decreased", asks("decreased"));
named("has_any contains_any", takes("hasAny"));
named("has_all contains_all", takes("hasAll"));
named("has_none contains_none", takes("hasNone"));
for (const [sign, name] of Object.entries({
  "=": "eq",
  "==": "eq",
  "!=": "ne",
  ">": "gt",
  ">=": "gte",
  "<": "lt",
  "<=": "lte",
})) {
  const make = comparisons[name];
  if (make) comparisons[sign] = make;
}
