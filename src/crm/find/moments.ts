import { DateTime } from "luxon";
import { addDuration } from "../../shared/duration.js";

/** Dates in a search mean what they mean in `rules/`: the same words, zones and edges, here as bounds for SQL. */
export type Moment = { now: number; zone: string };

const day = /^\d{4}-\d{2}-\d{2}$/;

/** True for a calendar day without a time. */
export function isDay(value: unknown): value is string {
  return typeof value === "string" && day.test(value);
}

/** Milliseconds of a day (its midnight), an ISO time, a number, or the words now, today, yesterday, tomorrow. */
export function instantIn(value: unknown, { now, zone }: Moment, words = false): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  if (words && value === "now") return now;
  const shift = words ? ({ today: 0, yesterday: -1, tomorrow: 1 } as Record<string, number>)[value] : undefined;
  if (shift !== undefined) return startOfDay(now, zone, shift);
  if (!/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const at = DateTime.fromISO(value.replace(" ", "T").replace(",", "."), { zone });
  return at.isValid ? at.toMillis() : undefined;
}

/** The first millisecond of the day `days` after that of `at`. */
export function startOfDay(at: number, zone: string, days = 0): number {
  return DateTime.fromMillis(at, { zone }).plus({ days }).startOf("day").toMillis();
}

/** The calendar day of `at`. */
export function dayOf(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone }).toFormat("yyyy-MM-dd");
}

/** Where a window ends: a duration from now, or whole calendar days from today. */
export function edgeOf(window: string | number, { now, zone }: Moment, sign: 1 | -1): number {
  if (typeof window === "string") return addDuration(now, window, zone, sign);
  return sign === -1 ? startOfDay(now, zone, -window) : startOfDay(now, zone, window + 1) - 1;
}
