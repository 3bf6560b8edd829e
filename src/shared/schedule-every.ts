import { DateTime } from "luxon";
import { durationMs, isDuration } from "./duration.js";
import { didYouMean } from "./nearest.js";
import type { CalendarUnit, SchedulePlan, Wrong } from "./schedule-plan.js";

/** Monday to Sunday, as `on` names them. */
export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const isoUnits: Record<string, CalendarUnit> = { D: "day", W: "week", M: "month", Y: "year" };
const daysIn: Record<CalendarUnit, number> = { day: 1, week: 7, month: 30, year: 365 };
const LONGEST_DAYS = 3660;
const MOST_TIMES = 100;

/** Reads `every` with its `on` and `at`: an interval of elapsed time, or a recurrence on the calendar. */
export function everyOf(spec: Record<string, unknown>, wrong: Wrong): SchedulePlan["rule"] | null {
  const text = typeof spec["every"] === "string" ? spec["every"].trim().toLowerCase() : "";
  const unknown = () =>
    wrong(
      "every",
      `"${String(spec["every"])}" is not an interval. Write 15m, 2h, 1d, 2w, or day, weekday, week, month, year.`,
    );
  const interval = elapsedOf(text);
  if (interval !== null) {
    if (interval < 60_000) return wrong("every", "A schedule fires at most once a minute.");
    if (!(interval <= LONGEST_DAYS * 86_400_000)) return wrong("every", "A schedule fires at least once in ten years.");
    if (spec["at"]) wrong("at", "An interval of minutes or hours has no time of day; use every: day, or leave out at.");
    if (spec["on"]) wrong("on", "An interval of minutes or hours has no days; use every: week, or leave out on.");
    return { type: "elapsed", ms: interval };
  }
  const words = /^(\d{0,4})\s*(d|w|day|week|weekday|month|year)s?$/.exec(text);
  const iso = /^p(\d{1,4})([dwmy])$/.exec(text);
  const n = Number((words ?? iso)?.[1] || 1);
  const name = words?.[2] ?? "";
  const unit = iso
    ? isoUnits[(iso[2] ?? "").toUpperCase()]
    : name === "weekday"
      ? "week"
      : isoUnits[name.charAt(0).toUpperCase()];
  if (!unit || (!words && !iso)) return unknown();
  if (n < 1 || n * daysIn[unit] > LONGEST_DAYS) return wrong("every", "A schedule fires at least once in ten years.");
  const at = timesOf(spec["at"], wrong);
  const days = name === "weekday" && !spec["on"] ? [1, 2, 3, 4, 5] : daysOf(unit, spec["on"], wrong);
  return { type: "calendar", unit, n, days, at };
}

function elapsedOf(text: string): number | null {
  const words = /^(\d{0,6})\s*(minute|hour)s?$/.exec(text);
  if (words) return Number(words[1] || 1) * (words[2] === "hour" ? 3_600_000 : 60_000);
  const plain = /^pt/.test(text) ? text.toUpperCase() : text;
  return /^(\d+\s*[smh]$|PT)/.test(plain) && isDuration(plain) ? durationMs(plain) : null;
}

/** Milliseconds into the day of `HH:MM`, or null. */
export function timeOfDay(text: unknown): number | null {
  const match = typeof text === "string" ? /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) : null;
  return match ? (Number(match[1]) * 60 + Number(match[2])) * 60_000 : null;
}

function timesOf(at: unknown, wrong: Wrong): number[] {
  const texts = at === undefined || at === "" ? ["00:00"] : listOf(at);
  const times = texts.map(timeOfDay);
  if (times.length === 0 || times.length > MOST_TIMES || times.includes(null))
    wrong("at", 'at is a time of day such as "09:00", or a list of them.');
  return sorted(times.filter((time) => time !== null));
}

function daysOf(unit: CalendarUnit, on: unknown, wrong: Wrong): number[] {
  if (on === undefined || on === "") return [];
  const names = listOf(on);
  if (unit === "day") {
    wrong("on", "Every day has no days to choose; use every: week with on.");
    return [];
  }
  const days = names.map((name) => dayOf(unit, String(name).trim().toLowerCase()));
  const bad = names[days.indexOf(null)];
  if (days.length === 0) wrong("on", "Name at least one day.");
  else if (bad !== undefined || days.includes(null)) wrong("on", dayHelp(unit, String(bad)));
  return sorted(days.filter((day) => day !== null));
}

function dayOf(unit: CalendarUnit, name: string): number | null {
  if (unit === "week") {
    const index = weekdays.findIndex((day) => name === day || name === day.slice(0, 3));
    return index < 0 ? null : index + 1;
  }
  if (unit === "month") return name === "last" ? 0 : /^([1-9]|[12]\d|3[01])$/.test(name) ? Number(name) : null;
  const date = /^(\d\d)-(\d\d)$/.exec(name);
  return date && DateTime.utc(2000, Number(date[1]), Number(date[2])).isValid
    ? Number(date[1]) * 100 + Number(date[2])
    : null;
}

function dayHelp(unit: CalendarUnit, name: string): string {
  if (unit === "week") return `"${name}" is not a weekday.${didYouMean(name, weekdays)}`;
  return unit === "month"
    ? `"${name}" is not a day of the month: 1 to 31, or "last".`
    : `"${name}" is not a date of the year: MM-DD, such as 02-29.`;
}

/** A list, one value alone, or a text with commas as a form sends it. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "string" ? value.split(",") : [value];
}

function sorted(numbers: number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
