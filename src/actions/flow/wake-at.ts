import { DateTime } from "luxon";
import { addDuration } from "../../shared/duration.js";
import { readPath } from "../../shared/json.js";
import type { StepContext } from "../action.js";
import { nextWeekday, zonedInstant } from "./zoned-instant.js";

/** The names a wait uses for the days of the week; Monday is the first. */
export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** How a wait says when it ends: by one of `for`, `until`, `weekday` and `time`. */
export type WaitConfig = {
  for?: string;
  until?: string;
  offset?: string;
  weekday?: string | string[];
  time?: string;
  businessHours?: boolean;
  ifPast?: "continue" | "skip" | "fail";
};

const LONGEST_MS = 20 * 366 * 86_400_000;

/**
 * The instant a wait ends: now when it says nothing, null when the date it names is empty. Throws RangeError when that
 * is no date, no duration, or absurdly far away.
 */
export function wakeAt(config: WaitConfig, step: StepContext): number | null {
  const at = plainly(config, step);
  if (at !== null && !(at < step.now + LONGEST_MS)) throw new RangeError("A wait ends within twenty years.");
  return at;
}

function plainly(config: WaitConfig, step: StepContext): number | null {
  const { now, timezone } = step;
  if (config.for !== undefined) return addDuration(now, config.for, timezone);
  if (config.until !== undefined) {
    const base = instantOf(config.until, config.time ?? "00:00", step);
    const { offset } = config;
    if (base === null || !offset) return base;
    return addDuration(base, offset.replace(/^[+-]/, ""), timezone, offset.startsWith("-") ? -1 : 1);
  }
  if (config.weekday === undefined && config.time === undefined) return now;
  const days = config.weekday === undefined ? weekdays : [config.weekday].flat();
  const numbers = days.map((day) => weekdays.indexOf(day) + 1);
  return nextWeekday(now, numbers, config.time ?? "09:00", timezone);
}

/** Reads an instant, or the field of that name; null for a field that is empty. */
function instantOf(text: string, time: string, step: StepContext): number | null {
  const { record } = step.facts;
  const path = text.replace(/^record\./, "");
  const isField = record && Object.hasOwn(record, path.split(".")[0] ?? "");
  const value = isField ? readPath(record, path) : text;
  return value === null || value === undefined || value === "" ? null : instantFrom(String(value), time, step.timezone);
}

/** `2026-03-05` at `time`, `2026-03-05T09:00` in the zone, an instant with its own offset, or milliseconds. */
function instantFrom(text: string, time: string, zone: string): number {
  const [, day, clock] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?$/.exec(text) ?? [];
  if (day) return zonedInstant(day, clock ?? time, zone);
  const instant = /^\d{11,15}$/.test(text) ? DateTime.fromMillis(Number(text)) : DateTime.fromISO(text);
  if (instant.isValid) return instant.toMillis();
  throw new RangeError(`"${text}" is neither a date nor a date field of the record.`);
}
