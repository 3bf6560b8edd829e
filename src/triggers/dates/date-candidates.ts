import { addDuration } from "../../shared/duration.js";
import type { JsonObject } from "../../shared/json.js";
import { timeOfDay } from "../../shared/schedule-every.js";
import { firstInstantOf, offsetAt } from "../local-time.js";
import { type DateRule, occurrence, readDateValue, readOffset } from "./date-occurrence.js";

const DAY = 86_400_000;
const MINUTE = 60_000;

/** More days than zones, weekends and months of different length can move an occurrence from where a plain count puts it. */
const SLACK_DAYS = 8;

/** Yearly dates are looked for back to this year. */
const FIRST_YEAR = 1900;

/** The most values one search asks for. */
const MOST_VALUES = 500;

/** Beyond so many days every record with a date is looked at: naming each day of each year would cost more. */
const MOST_YEARLY_DAYS = 14;

/** A scan comes at least this often, whatever the rule: what it is derived from (zone, rule) may have changed. */
const LONGEST_PAUSE_MS = 60 * MINUTE;

/** A date trigger's field and rule. `plain`: the field holds days without a time. */
export type DateField = { name: string; plain: boolean; rule: DateRule; zone: string };

/**
 * Searches (rule trees) that find every record with an occurrence in (`after`, `until`], and perhaps some without: what
 * is found still has to be computed. None when no value at all can have one, which costs no search. Pure.
 */
export function dateSearches(field: DateField, after: number, until: number): JsonObject[] {
  if (after >= until) return [];
  if (!field.plain) return momentSearch(field, after, until);
  const days = daysBetween(field, after, until);
  const yearly = field.rule.repeat === "yearly";
  if (yearly && days.length > MOST_YEARLY_DAYS) {
    return [{ all: [{ fact: "record", path: field.name, operator: "isNotEmpty", value: true }] }];
  }
  const values = [...new Set(yearly ? days.flatMap(everyYear) : days)];
  const searches: JsonObject[] = [];
  for (let start = 0; start < values.length; start += MOST_VALUES) {
    searches.push({
      all: [{ fact: "record", path: field.name, operator: "in", value: values.slice(start, start + MOST_VALUES) }],
    });
  }
  return searches;
}

/**
 * When to look again after having looked at `now`: at the next instant at which anything can occur, every minute while
 * one lies less than `overlap` back. At most an hour ahead.
 */
export function nextScan(field: DateField, now: number, overlap: number): number {
  const nextMinute = (Math.floor(now / MINUTE) + 1) * MINUTE;
  const instants = field.plain ? dayInstants(field, now) : timeInstants(field, now);
  if (!instants || instants.some((at) => at > now - overlap && at <= now)) return nextMinute;
  return Math.min(now + LONGEST_PAUSE_MS, ...instants.filter((at) => at > now));
}

/** Instants around `now` at which plain days occur. */
function dayInstants(field: DateField, now: number): number[] {
  return daysAround(field, now, now).map((day) => instantOf(field, day));
}

/** Instants around `now` at which moments occur; null when that can be any. */
function timeInstants({ rule, zone }: DateField, now: number): number[] | null {
  const time = timeOfDay(rule.time);
  if (time === null) return null;
  const today = Math.floor((now + offsetAt(now, zone)) / DAY);
  return [today - 1, today, today + 1].map((day) => firstInstantOf(day * DAY + time, zone));
}

function daysBetween(field: DateField, after: number, until: number): string[] {
  return daysAround(field, after, until).filter((day) => {
    const at = instantOf(field, day);
    return at > after && at <= until;
  });
}

/** The days whose occurrences, each in its own year, can lie between two instants or near them. */
function daysAround({ rule }: DateField, after: number, until: number): string[] {
  const { sign, text } = readOffset(rule.offset);
  const back = sign === 1 ? -1 : 1;
  const first = Math.floor(addDuration(after, text, "UTC", back) / DAY) - SLACK_DAYS;
  const last = Math.floor(addDuration(until, text, "UTC", back) / DAY) + SLACK_DAYS;
  return Array.from({ length: last - first + 1 }, (_, index) =>
    new Date((first + index) * DAY).toISOString().slice(0, 10),
  );
}

function instantOf({ rule, zone }: DateField, day: string): number {
  const value = readDateValue(day, zone);
  const { repeat: _once, ...once } = rule;
  return (value && occurrence(value, once, zone)?.at) ?? Number.NaN;
}

/** The same day in this and every earlier year; the 28th of February of a common year stands for the 29th too. */
function everyYear(day: string): string[] {
  const year = Number(day.slice(0, 4));
  const ends = day.endsWith("-02-28") && !isLeap(year) ? ["-02-28", "-02-29"] : [day.slice(4)];
  const years = Array.from({ length: Math.max(0, year - FIRST_YEAR + 1) }, (_, index) => FIRST_YEAR + index);
  return years
    .flatMap((each) => ends.map((end) => `${each}${end}`))
    .filter((text) => !text.endsWith("-02-29") || isLeap(Number(text.slice(0, 4))));
}

function isLeap(year: number): boolean {
  return new Date(Date.UTC(year, 2, 0)).getUTCDate() === 29;
}

function momentSearch(field: DateField, after: number, until: number): JsonObject[] {
  const { name, rule } = field;
  // With a time of day nothing occurs between two of them.
  const instants = timeInstants(field, until);
  if (instants && until - after < DAY && !instants.some((at) => at > after && at <= until)) return [];
  const { sign, text } = readOffset(rule.offset);
  const back = sign === 1 ? -1 : 1;
  const loose =
    rule.time !== undefined || rule.shift !== undefined || !/^\d+\s*[smhdw]$/.test(text) || rule.repeat === "yearly";
  const slack = loose ? SLACK_DAYS * DAY : 3 * 60 * MINUTE;
  const from = addDuration(after, text, "UTC", back) - slack;
  const to = addDuration(until, text, "UTC", back) + slack;
  const between = (low: number, high: number) => ({
    fact: "record",
    path: name,
    operator: "between",
    value: [new Date(low).toISOString(), new Date(high).toISOString()],
  });
  if (rule.repeat !== "yearly") return [{ all: [between(from, to)] }];
  const years = new Date(to).getUTCFullYear() - FIRST_YEAR;
  const earlier = (instant: number, by: number) =>
    new Date(instant).setUTCFullYear(new Date(instant).getUTCFullYear() - by);
  return [
    { any: Array.from({ length: Math.max(1, years + 1) }, (_, by) => between(earlier(from, by), earlier(to, by))) },
  ];
}
