import { isObject, type JsonObject } from "../../shared/json.js";
import type { Comparison } from "./expression.js";
import { leafOf } from "./expression-tree.js";

/** A leaf about a place; undefined when the comparison cannot be asked of the value. */
type Make = (place: JsonObject, value: unknown) => JsonObject | undefined;

/** Comparisons by every name they go by elsewhere. */
export const comparisons: Record<string, Make> = {};
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
/** `"won, lost"` as a list. */
export const listIn = (value: unknown): unknown =>
  typeof value === "string" && !/\{[{%]/.test(value) ? value.split(",").map((one) => one.trim()) : value;
const oneOf: Make = (place, value) => {
  const list = listIn(value);
  return list === undefined || list === null
    ? undefined
    : { ...place, operator: "in", value: Array.isArray(list) ? list : [list] };
};
const noneOf = not(oneOf);

/** True for the comparisons with several values. */
export const takesSeveral = (make: Make | undefined) => make === oneOf || make === noneOf;

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
named("not_in none_of is_none_of not_any_of", noneOf);
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
