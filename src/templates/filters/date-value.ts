import { DateTime } from "luxon";
import type { Settings } from "./settings.js";

const day = /^\d{4}-\d{2}-\d{2}$/;
const offset = /[+-]\d{2}:?\d{2}$/;
const zoned = /(Z|GMT|UTC|[+-]\d{2}:?\d{2})\s*$/i;

/** True for a calendar day without a time. */
export function isDay(value: unknown): value is string {
  return typeof value === "string" && day.test(value);
}

/**
 * The moment a value means, in the zone it is to be shown in: its own offset when it is written with one, else the
 * scope's zone, in which days and times without a zone are read too. Numbers are milliseconds, small ones seconds;
 * `now` and `today` are the scope's. Undefined for what is no date.
 */
export function momentOf(value: unknown, { zone, now }: Settings): DateTime<true> | undefined {
  const found = parse(value, zone, now);
  return found?.isValid ? (found as DateTime<true>) : undefined;
}

function parse(value: unknown, zone: string, now: number | undefined): DateTime | undefined {
  if (value instanceof Date) return DateTime.fromJSDate(value, { zone });
  if (typeof value === "number") return fromNumber(value, zone);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (text === "now" || text === "today") return now === undefined ? undefined : DateTime.fromMillis(now, { zone });
  if (/^-?\d+$/.test(text)) return fromNumber(Number(text), zone);
  if (/^\d{4}-\d{2}/.test(text)) {
    const own = text.length > 10 && offset.test(text);
    return DateTime.fromISO(text.replace(/^(\S{10}) (?=\d)/, "$1T"), own ? { setZone: true } : { zone });
  }
  return worded(text, zone);
}

function fromNumber(value: number, zone: string): DateTime {
  return DateTime.fromMillis(Math.abs(value) < 1e11 ? value * 1000 : value, { zone });
}

/** Other spellings (`March 14, 2026`, mail headers): what is not zoned is read in `zone`, whatever this machine's is. */
function worded(text: string, zone: string): DateTime | undefined {
  if (text.length > 60 || !/\d{4}/.test(text)) return undefined;
  const date = new Date(zoned.test(text) ? text : `${text} UTC`);
  if (Number.isNaN(date.getTime())) return undefined;
  const utc = DateTime.fromJSDate(date, { zone: "UTC" });
  return zoned.test(text) ? utc.setZone(zone) : utc.setZone(zone, { keepLocalTime: true });
}
