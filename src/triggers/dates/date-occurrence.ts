import { DateTime } from "luxon";
import { addDuration, isDuration } from "../../shared/duration.js";
import { timeOfDay } from "../../shared/schedule-every.js";
import { firstInstantOf, offsetAt } from "../local-time.js";

const DAY = 86_400_000;

/** When a date trigger fires for a value: `offset` (`-60d`, `0d`, `+2w`, `-2h`) from it, at `time` of that local day. */
export type DateRule = { offset?: string; time?: string; repeat?: "yearly"; shift?: string };

/** One occurrence: its instant, and the text that tells it from every other one of the same record. */
export type Occurrence = { at: number; tick: string };

/** A field's value as local time (UTC milliseconds): a plain date has no time of day and no instant of its own. */
export type DateValue = { wall: number; instant: number | null; text: string };

/** Reads `2026-05-01` or an ISO instant; null for anything else. */
export function readDateValue(value: unknown, zone: string): DateValue | null {
  if (typeof value !== "string") return null;
  if (/^\d{4}-\d\d-\d\d$/.test(value)) {
    const date = DateTime.fromISO(value, { zone: "utc" });
    return date.isValid ? { wall: date.toMillis(), instant: null, text: value } : null;
  }
  const moment = DateTime.fromISO(value, { zone: "utc" });
  if (!moment.isValid) return null;
  const instant = moment.toMillis();
  return { wall: instant + offsetAt(instant, zone), instant, text: new Date(instant).toISOString() };
}

/**
 * The instant at which `rule` fires for a value, in the year `year` when it repeats (29 February falls on the 28th in
 * common years). Whole days are counted on the calendar, hours and minutes as elapsed time. A plain date without `time`
 * means midnight; a moment without `time` keeps its own. Null before the value's own year.
 */
export function occurrence(value: DateValue, rule: DateRule, zone: string, year?: number): Occurrence | null {
  const repeats = rule.repeat === "yearly" && year !== undefined;
  const own = new Date(value.wall).getUTCFullYear();
  if (repeats && year < own) return null;
  const wall = repeats ? inYear(value.wall, year) : value.wall;
  const tick = repeats ? `${value.text}#${year}` : value.text;
  const { sign, text } = readOffset(rule.offset);
  const time = rule.time === undefined ? null : timeOfDay(rule.time);
  if (/^\d+\s*[smh]$|^P.*T/.test(text)) {
    // Elapsed time: from the value's instant, or from its day at `time`; a moment's `time` is set afterwards.
    const begin =
      value.instant !== null
        ? wall === value.wall
          ? value.instant
          : firstInstantOf(wall, zone)
        : firstInstantOf(wall + (time ?? 0), zone);
    const moved = addDuration(begin, text, zone, sign);
    if (value.instant === null ? !rule.shift : time === null && !rule.shift) return { at: moved, tick };
    const local = moved + offsetAt(moved, zone);
    return {
      at: firstInstantOf(
        shifted(value.instant !== null && time !== null ? startOfDay(local) + time : local, rule.shift),
        zone,
      ),
      tick,
    };
  }
  const local = addDuration(wall, text, "UTC", sign);
  const timed = shifted(time === null ? local : startOfDay(local) + time, rule.shift);
  return { at: timed === value.wall && value.instant !== null ? value.instant : firstInstantOf(timed, zone), tick };
}

/** The occurrences of a value in (`after`, `until`], oldest first: one at most unless it repeats. */
export function occurrencesWithin(
  value: DateValue,
  rule: DateRule,
  zone: string,
  after: number,
  until: number,
): Occurrence[] {
  const years = rule.repeat === "yearly" ? yearsAround(after, until, rule) : [undefined];
  return years
    .map((year) => occurrence(value, rule, zone, year))
    .filter((found) => found !== null && found.at > after && found.at <= until) as Occurrence[];
}

/** The years, oldest first, whose anniversaries can fire in a window once `offset` has moved them. */
function yearsAround(after: number, until: number, rule: DateRule): number[] {
  const { sign, text } = readOffset(rule.offset);
  const first = new Date(addDuration(after, text, "UTC", sign === 1 ? -1 : 1) - 7 * DAY).getUTCFullYear();
  const last = new Date(addDuration(until, text, "UTC", sign === 1 ? -1 : 1) + 7 * DAY).getUTCFullYear();
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** `-60d` as its sign and duration. Throws RangeError when the text is no offset. */
export function readOffset(offset = "0d"): { sign: 1 | -1; text: string } {
  const text = offset.trim().replace(/^[+-]/, "");
  if (!isDuration(text)) throw new RangeError(`"${offset}" is not an offset. Write it as -60d, 0d, +2w or -2h.`);
  return { sign: offset.trim().startsWith("-") ? -1 : 1, text };
}

function inYear(wall: number, year: number): number {
  const date = new Date(wall);
  const last = new Date(Date.UTC(year, date.getUTCMonth() + 1, 0)).getUTCDate();
  return Date.UTC(year, date.getUTCMonth(), Math.min(date.getUTCDate(), last)) + (wall - startOfDay(wall));
}

/** Monday to Friday are business days; a local time on another day moves to the one `shift` names. */
function shifted(wall: number, shift: string | undefined): number {
  const day = new Date(wall).getUTCDay();
  if (!shift || (day !== 0 && day !== 6)) return wall;
  const back = day === 6 ? 1 : 2;
  const on = day === 6 ? 2 : 1;
  const backwards = shift.startsWith("previous") || (shift.startsWith("nearest") && back <= on);
  return wall + (backwards ? -back : on) * DAY;
}

function startOfDay(wall: number): number {
  return Math.floor(wall / DAY) * DAY;
}
