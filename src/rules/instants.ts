import { LRUCache } from "lru-cache";
import { DateTime } from "luxon";

const day = /^\d{4}-\d{2}-\d{2}$/;
const instant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
// Calendar arithmetic costs tens of microseconds, and many leaves of one moment ask for the same days.
const starts = new LRUCache<string, number>({ max: 5000 });
const zoned = new LRUCache<string, number>({ max: 5000 });

/** True for a calendar day without a time, `2025-03-01`. */
export function isDay(value: unknown): value is string {
  return typeof value === "string" && day.test(value);
}

/** True for text that is an ISO day or instant. */
export function looksLikeInstant(value: unknown): value is string {
  return typeof value === "string" && value.length <= 40 && (day.test(value) || instant.test(value));
}

/**
 * Milliseconds of an ISO text, a Date or a number of milliseconds; undefined for anything else. A day is its midnight in
 * `zone`, and so is a time without an offset. With `now`, the words now, today, yesterday and tomorrow are understood too.
 */
export function toInstant(value: unknown, zone: string, now?: number): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime();
  if (typeof value !== "string") return undefined;
  if (looksLikeInstant(value)) return parse(value, zone);
  return now === undefined ? undefined : worded(value, zone, now);
}

/** The first millisecond of the day `days` after the day of `at` in `zone`. */
export function startOfDay(at: number, zone: string, days = 0): number {
  const key = `${at} ${days} ${zone}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const start = DateTime.fromMillis(at, { zone }).plus({ days }).startOf("day").toMillis();
  starts.set(key, start);
  return start;
}

/** The calendar day of `at` in `zone`, as ISO text. */
export function dayOf(at: number, zone: string): string {
  return DateTime.fromMillis(at, { zone }).toFormat("yyyy-MM-dd");
}

function parse(text: string, zone: string): number | undefined {
  if (/(Z|[+-]\d{2}:\d{2})$/.test(text) && text[10] === "T") return valid(Date.parse(text));
  const key = `${zone} ${text}`;
  const known = zoned.get(key);
  if (known !== undefined) return known;
  const found = valid(DateTime.fromISO(text.replace(" ", "T").replace(",", "."), { zone }).toMillis());
  if (found !== undefined) zoned.set(key, found);
  return found;
}

function worded(text: string, zone: string, now: number): number | undefined {
  if (text === "now") return now;
  if (text === "today") return startOfDay(now, zone);
  if (text === "yesterday") return startOfDay(now, zone, -1);
  if (text === "tomorrow") return startOfDay(now, zone, 1);
  return undefined;
}

function valid(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms;
}
