import { type Context, filters as liquidFilters } from "liquidjs";
import { type DateTime, Duration, type DurationUnit, IANAZone } from "luxon";
import { isDay, momentOf } from "./date-value.js";
import { isBlank, wrongInput } from "./filter-error.js";
import { settingsOf } from "./settings.js";

type This = { context: Context };
const liquidDate = liquidFilters["date"] as (
  this: This,
  value: unknown,
  format: unknown,
  minutesWest: number,
) => unknown;

const unitNames: Record<string, DurationUnit> = {
  s: "seconds",
  m: "minutes",
  h: "hours",
  d: "days",
  w: "weeks",
  second: "seconds",
  minute: "minutes",
  hour: "hours",
  day: "days",
  week: "weeks",
  month: "months",
  quarter: "quarters",
  year: "years",
};
const dayUnits: readonly string[] = ["days", "weeks", "months", "quarters", "years"];
const aDate = "a date such as 2026-03-01 or an instant";
const aDuration = "a duration such as 3d, -2h, P1M or a number with a unit";

/** Liquid's own `date`, in the scope's zone, at the scope's now, and with days that stay the day they are. */
export function date(this: This, value: unknown, format?: unknown, zone?: unknown): unknown {
  const settings = settingsOf(this.context);
  const moment = momentOf(value, typeof zone === "string" ? { ...settings, zone } : settings);
  if (!moment) return value;
  const shown = typeof zone === "number" ? zone : -moment.offset;
  return liquidDate.call(this, moment.toJSDate(), format, shown);
}

/** `{{ now | date_add: "3d" }}`, `date_add: -2, "months"`: calendar units keep the time of day. A day stays a day. */
export function date_add(this: This, value: unknown, amount: unknown, unit?: unknown): unknown {
  if (isBlank(value)) return null;
  const moment = momentOf(value, settingsOf(this.context));
  if (!moment) throw wrongInput("date_add", aDate);
  const duration = durationOf(amount, unit);
  if (!duration) throw wrongInput("date_add", aDuration);
  return written(value, moment.plus(duration), Object.keys(duration.toObject()));
}

/** Whole units from the argument to the value, days by default: `{{ record.closeDate | date_diff: now }}` is the days left. */
export function date_diff(this: This, value: unknown, other: unknown, unit: unknown = "days"): number | null {
  if (isBlank(value) || isBlank(other)) return null;
  const settings = settingsOf(this.context);
  const left = momentOf(value, settings);
  const right = momentOf(other, settings)?.setZone(settings.zone);
  const name = unitOf(unit);
  if (!left || !right) throw wrongInput("date_diff", aDate);
  if (!name) throw wrongInput("date_diff", "a unit such as days, hours or months");
  const from = isDay(value) && dayUnits.includes(name) ? right.startOf("day") : right;
  const whole = Math.trunc(left.setZone(settings.zone).diff(from, name).as(name));
  return whole === 0 ? 0 : whole;
}

/** With a number, the day that many business days (Monday to Friday) on; with a date, how many lie between the two. */
export function business_days(this: This, value: unknown, argument: unknown): unknown {
  if (isBlank(value) || isBlank(argument)) return null;
  const settings = settingsOf(this.context);
  const moment = momentOf(value, settings);
  if (!moment) throw wrongInput("business_days", aDate);
  const count =
    typeof argument === "number" ? argument : /^-?\d{1,6}$/.test(String(argument)) ? Number(argument) : undefined;
  if (count !== undefined) return written(value, movedBusinessDays(moment, Math.trunc(count)), ["days"]);
  const other = momentOf(argument, settings);
  if (!other) throw wrongInput("business_days", "a number of days or a second date");
  return businessDaysBetween(moment.setZone(settings.zone), other.setZone(settings.zone));
}

/** The same instant written in another zone: `2026-03-02T10:00:00.000+01:00`. `date` then shows it there. */
export function in_timezone(this: This, value: unknown, zone: unknown): string | null {
  if (isBlank(value)) return null;
  const moment = momentOf(value, settingsOf(this.context));
  if (!moment) throw wrongInput("in_timezone", aDate);
  if (typeof zone !== "string" || !IANAZone.isValidZone(zone))
    throw wrongInput("in_timezone", "a zone such as Europe/Berlin");
  return moment.setZone(zone).toISO();
}

function durationOf(amount: unknown, unit: unknown): Duration | undefined {
  if (unit !== undefined) {
    const name = unitOf(unit);
    const number = Number(amount);
    return name && !isBlank(amount) && Number.isFinite(number) ? Duration.fromObject({ [name]: number }) : undefined;
  }
  const match = /^([+-]?)\s*(\S.*)$/.exec(String(amount).trim());
  const length = match?.[2] ?? "";
  const duration = shortDuration(length) ?? Duration.fromISO(length);
  if (!duration.isValid || !length) return undefined;
  return match?.[1] === "-" ? duration.negate() : duration;
}

function shortDuration(text: string): Duration | undefined {
  const match = /^(\d{1,9})\s*([a-z]+)$/i.exec(text);
  const name = unitOf(match?.[2]);
  return match && name ? Duration.fromObject({ [name]: Number(match[1]) }) : undefined;
}

function unitOf(unit: unknown): DurationUnit | undefined {
  const name = String(unit ?? "").toLowerCase();
  const singular = name.length > 1 ? name.replace(/s$/, "") : name;
  return Object.hasOwn(unitNames, singular) ? unitNames[singular] : undefined;
}

/** A day stays a day when only days were counted; everything else becomes an instant in UTC. */
function written(value: unknown, moment: DateTime, units: string[]): string | null {
  if (!moment.isValid) throw new RangeError("The date lies too far away");
  if (isDay(value) && units.every((unit) => dayUnits.includes(unit))) return moment.toISODate();
  return moment.toUTC().toISO();
}

function movedBusinessDays(from: DateTime, count: number): DateTime {
  const step = count < 0 ? -1 : 1;
  const weeks = Math.trunc(count / 5);
  let left = Math.abs(count % 5);
  let here = from.plus({ weeks });
  while (here.weekday > 5) here = here.plus({ days: left === 0 && weeks === 0 ? 1 : -step });
  while (left > 0) {
    here = here.plus({ days: step });
    if (here.weekday <= 5) left -= 1;
  }
  return here;
}

function businessDaysBetween(from: DateTime, to: DateTime): number {
  const start = from.startOf("day");
  const days = Math.round(to.startOf("day").diff(start, "days").days);
  const step = days < 0 ? -1 : 1;
  const weeks = Math.trunc(days / 7);
  let count = weeks * 5;
  for (let at = weeks * 7 + step; Math.abs(at) <= Math.abs(days); at += step) {
    if (start.plus({ days: at }).weekday <= 5) count += step;
  }
  return count;
}
