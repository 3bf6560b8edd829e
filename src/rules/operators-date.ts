import { LRUCache } from "lru-cache";
import { addDuration, isDuration } from "../shared/duration.js";
import { temporal } from "./field-types.js";
import { dayOf, isDay, startOfDay, toInstant } from "./instants.js";
import type { Operator, Reading } from "./reading.js";

const edges = new LRUCache<string, number>({ max: 1000 });

/**
 * Operators on dates, which compare as instants; days are those of the document's zone. A window is a duration (`7d`,
 * `36h`) counted from now, or a whole number of calendar days counted from the start of today. A value that is a day
 * without a time lies in a window when any part of that day does.
 */
export const dateOperators: Operator[] = [
  {
    name: "before",
    label: "is before",
    types: temporal,
    value: "instant",
    holds: (leaf) => sides(leaf, (a, b) => a < b),
  },
  {
    name: "after",
    label: "is after",
    types: temporal,
    value: "instant",
    holds: (leaf) => sides(leaf, (a, b) => a > b),
  },
  { name: "onDay", label: "is on", types: temporal, value: "day", holds: isOnDay },
  {
    name: "withinLast",
    label: "is within the last",
    types: temporal,
    value: "window",
    holds: (leaf) => windowed(leaf, -1, ({ at, now, edge }) => at >= edge && at <= now),
  },
  {
    name: "withinNext",
    label: "is within the next",
    types: temporal,
    value: "window",
    holds: (leaf) => windowed(leaf, 1, ({ at, now, edge }) => at >= now && at <= edge),
  },
  {
    name: "olderThan",
    label: "is older than",
    types: temporal,
    value: "window",
    holds: (leaf) => windowed(leaf, -1, ({ at, edge }) => at < edge),
  },
];

/** True for what a window may be: a duration, or a whole number of calendar days. */
export function isWindow(value: unknown): value is string | number {
  return typeof value === "string" ? isDuration(value) : Number.isInteger(value) && (value as number) >= 0;
}

function sides(leaf: Reading, test: (left: number, right: number) => boolean): boolean {
  const left = toInstant(leaf.left, leaf.zone);
  const right = toInstant(leaf.right, leaf.zone, leaf.facts.now);
  if (left !== undefined && right !== undefined) return test(left, right);
  leaf.reason = left === undefined ? "The value is not a date." : "The value to compare with is not a date.";
  return false;
}

function isOnDay(leaf: Reading): boolean {
  return sides(leaf, (left, right) => {
    const wanted = isDay(leaf.right) ? leaf.right : dayOf(right, leaf.zone);
    return (isDay(leaf.left) ? leaf.left : dayOf(left, leaf.zone)) === wanted;
  });
}

type Window = { at: number; now: number; edge: number };

function windowed(leaf: Reading, sign: 1 | -1, test: (window: Window) => boolean): boolean {
  const { now } = leaf.facts;
  const at = toInstant(leaf.left, leaf.zone);
  if (at === undefined) leaf.reason = "The value is not a date.";
  else if (now === undefined) leaf.reason = "The time of asking is not known.";
  else if (!isWindow(leaf.right)) leaf.reason = "The value to compare with is neither a duration nor a number of days.";
  if (at === undefined || now === undefined || !isWindow(leaf.right)) return false;
  const window = { at, now, edge: edgeOf(leaf.right, now, leaf.zone, sign) };
  return test(isDay(leaf.left) ? wholeDays(window, leaf.zone) : window);
}

function edgeOf(value: string | number, now: number, zone: string, sign: 1 | -1): number {
  if (typeof value === "string") return movedBy(now, value, zone, sign);
  return sign === -1 ? startOfDay(now, zone, -value) : startOfDay(now, zone, value + 1) - 1;
}

function movedBy(now: number, duration: string, zone: string, sign: 1 | -1): number {
  const key = `${now} ${sign} ${duration} ${zone}`;
  const known = edges.get(key);
  if (known !== undefined) return known;
  const edge = addDuration(now, duration, zone, sign);
  edges.set(key, edge);
  return edge;
}

function wholeDays({ at, now, edge }: Window, zone: string): Window {
  return { at, now: startOfDay(now, zone), edge: startOfDay(edge, zone) };
}
