import type { Sql } from "../../db/index.js";
import { isDuration } from "../../shared/duration.js";
import { dayOf, edgeOf, instantIn, isDay, startOfDay } from "./moments.js";
import { all, compare, type Leaf, never } from "./sql-parts.js";

/** How a value stands to an instant. */
export type Order = "<" | "<=" | ">" | ">=";

/**
 * A date or number against an instant or number; without one it never holds. Days are kept as text: the midnight of a day is under an instant when the day is, or when it is that
 * very day.
 */
export function ordered({ left, moment: { zone } }: Leaf, operator: Order, at: number | undefined): Sql {
  if (at === undefined) return never;
  if (left.type === "datetime") return compare(left, operator, left.dates === "date" ? new Date(at) : at);
  if (left.type !== "date") return compare(left, operator, at);
  const midnight = startOfDay(at, zone) === at;
  const dayOperator = operator === "<" && !midnight ? "<=" : operator === ">=" && !midnight ? ">" : operator;
  return compare(left, dayOperator, dayOf(at, zone));
}

/** The very instant; a day is its midnight. */
export function sameMoment(leaf: Leaf, at: number | undefined): Sql {
  return at === undefined ? never : all([ordered(leaf, ">=", at), ordered(leaf, "<=", at)]);
}

/** Any time of that day, in the zone asked for. */
export function onDay(leaf: Leaf): Sql {
  const { left, value, moment } = leaf;
  const at = instantIn(value, moment, true);
  if (at === undefined) return never;
  if (left.type === "date") return compare(left, "=", isDay(value) ? value : dayOf(at, moment.zone));
  return all([ordered(leaf, ">=", startOfDay(at, moment.zone)), ordered(leaf, "<", startOfDay(at, moment.zone, 1))]);
}

/** Between now and the window's edge, before (-1) or after (1). */
export function inWindow(leaf: Leaf, sign: 1 | -1): Sql {
  const now = leaf.left.type === "date" ? startOfDay(leaf.moment.now, leaf.moment.zone) : leaf.moment.now;
  const edge = windowEdge(leaf, sign);
  return sign === -1
    ? all([ordered(leaf, ">=", edge), ordered(leaf, "<=", now)])
    : all([ordered(leaf, ">=", now), ordered(leaf, "<=", edge)]);
}

/** A day lies in a window when any part of it does: its edge is the whole day then. Undefined for what is no window. */
export function windowEdge({ left, value, moment }: Leaf, sign: 1 | -1): number | undefined {
  const isWindow = typeof value === "string" ? isDuration(value) : Number.isInteger(value) && Number(value) >= 0;
  if (!isWindow) return undefined;
  const edge = edgeOf(typeof value === "string" ? value : Number(value), moment, sign);
  return left.type === "date" ? startOfDay(edge, moment.zone) : edge;
}
