import type { Comparison } from "../../expressions/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import * as synonyms from "../names/synonyms.js";
import { byTheirs } from "../names/table.js";
import { leafOf } from "./leaf.js";

/** A leaf about a place; undefined when the comparison cannot be asked of the value. */
type Make = (place: JsonObject, value: unknown) => JsonObject | undefined;

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

const makers: Record<keyof typeof synonyms.comparisons, Make> = {
  "==": compared("=="),
  "!=": compared("!="),
  ">": compared(">"),
  ">=": compared(">="),
  "<": compared("<"),
  "<=": compared("<="),
  contains: compared("contains"),
  notContains: not(takes("contains")),
  startsWith: compared("startsWith"),
  endsWith: compared("endsWith"),
  in: oneOf,
  notIn: noneOf,
  isEmpty: asks("isEmpty"),
  isNotEmpty: asks("isNotEmpty"),
  isTrue: (place) => ({ ...place, operator: "equal", value: true }),
  isFalse: (place) => ({ ...place, operator: "equal", value: false }),
  between: range,
  before: takes("before"),
  after: takes("after"),
  onDay: takes("onDay"),
  matches: takes("matches"),
  withinLast: days("withinLast"),
  withinNext: days("withinNext"),
  olderThan: days("olderThan"),
  changed: asks("changed"),
  changedTo: takes("changedTo"),
  changedFrom: takes("changedFrom"),
  increased: asks("increased"),
  decreased: asks("decreased"),
  hasAny: takes("hasAny"),
  hasAll: takes("hasAll"),
  hasNone: takes("hasNone"),
};

/** Comparisons by every name they go by elsewhere. */
export const comparisons: Readonly<Record<string, Make>> = Object.fromEntries(
  Object.entries(byTheirs(synonyms.comparisons)).map(([theirs, ours]) => [theirs, makers[ours]]),
);
