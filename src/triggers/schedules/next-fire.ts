import { CronExpressionParser } from "cron-parser";
import { invalid } from "../../shared/errors.js";
import { readSchedule, type ScheduleSpec } from "../../shared/schedule.js";
import type { Calendar, SchedulePlan } from "../../shared/schedule-plan.js";
import { clockChange, firstInstantOf, instantsOf, offsetAt } from "../local-time.js";

const DAY = 86_400_000;

/** Where intervals and "every second week" count from when a schedule names no start: a Monday and a 1 January. */
const EPOCH = Date.UTC(2001, 0, 1);

/** No zone repeats more than two hours when its clocks go back. */
const LONGEST_OVERLAP = 3 * 3_600_000;

/** Longer than any recurrence; a rule without a match in this many days has none. */
const FARTHEST_DAYS = 3_700;

/** Local times in order, written as UTC milliseconds: the first after `wall`, or null when there is none. */
type Walls = (wall: number) => number | null;

/**
 * The next `count` instants after `from` at which the schedule fires, strictly increasing; fewer when `until` or
 * `times` ends it (`fired`: how often it has fired already). `zone` holds when the schedule names none.
 *
 * Clock changes: a local time in the gap fires at the first valid instant, one in the overlap the first time only.
 * Intervals, and cron expressions that leave the hour open, go by elapsed time and so fire in both passes of an overlap.
 * Throws a 422 Problem for a schedule that `readSchedule` refuses.
 */
export function nextFires(spec: ScheduleSpec, from: number, count: number, zone = "UTC", fired = 0): number[] {
  const { plan, errors } = readSchedule(spec, zone);
  if (!plan) throw invalid(errors);
  return firesOf(plan, from, plan.times === null ? count : Math.min(count, plan.times - fired));
}

/** The next `count` fires of a plan after `from`, not counting `times`. */
export function firesOf(plan: SchedulePlan, from: number, count: number, to = Number.POSITIVE_INFINITY): number[] {
  const next = fireAfter(plan);
  const fires: number[] = [];
  let at = next(from);
  while (at !== null && at <= to && fires.length < count) {
    fires.push(at);
    at = next(at);
  }
  return fires;
}

/** A function that gives the first fire after an instant, or null when there is none. `start` and `until` hold. */
export function fireAfter(plan: SchedulePlan): (instant: number) => number | null {
  const next = unboundedAfter(plan);
  return (instant) => {
    const at = next(plan.start === null ? instant : Math.max(instant, plan.start - 1));
    return at === null || (plan.until !== null && at > plan.until) ? null : at;
  };
}

function unboundedAfter({ rule, zone, start }: SchedulePlan): (instant: number) => number | null {
  if (rule.type === "elapsed") {
    const anchor = start ?? firstInstantOf(EPOCH, zone);
    return (instant) => anchor + (Math.floor((instant - anchor) / rule.ms) + 1) * rule.ms;
  }
  const walls = wallsOf(rule, start === null ? EPOCH : start + offsetAt(start, zone));
  return rule.type === "cron" && rule.everyHour ? byElapsedTime(walls, zone) : byLocalTime(walls, zone);
}

/** The local times a rule names, free of any zone. `anchor` is the local time recurrences count from. */
export function wallsOf(rule: Exclude<SchedulePlan["rule"], { type: "elapsed" }>, anchor = EPOCH): Walls {
  return rule.type === "cron" ? cronWalls(rule.expression) : calendarWalls(rule, anchor);
}

function byLocalTime(walls: Walls, zone: string): Walls {
  return (from) => {
    let wall = walls(from + offsetAt(from, zone));
    while (wall !== null) {
      const at = firstInstantOf(wall, zone);
      if (at > from) return at;
      wall = walls(wall);
    }
    return null;
  };
}

function byElapsedTime(walls: Walls, zone: string): Walls {
  return (from) => {
    const offset = offsetAt(from, zone);
    const wall = walls(from + offset);
    const plain = wall === null ? null : shownAfter(wall, from, walls, zone);
    const ahead = offsetAt(from + LONGEST_OVERLAP, zone);
    if (ahead >= offset) return plain;
    // The clocks go back within reach: local times already past come a second time.
    const back = clockChange(from, from + LONGEST_OVERLAP, zone);
    const repeated = walls(back + ahead - 1);
    return repeated === null || (plain !== null && plain <= repeated - ahead) ? plain : repeated - ahead;
  };
}

function shownAfter(wall: number, from: number, walls: Walls, zone: string): number {
  const { instants, gapEnd } = instantsOf(wall, zone);
  if (gapEnd === null) return instants.find((instant) => instant > from) ?? wall;
  // Within the gap. An hourly rule goes on by itself right after it; one that would not fires at its end.
  const landed = offsetAt(gapEnd, zone);
  const length = landed - offsetAt(gapEnd - 1, zone);
  const next = walls(gapEnd + landed - 1);
  return next !== null && next < gapEnd + landed + length ? next - landed : gapEnd;
}

function cronWalls(expression: string): Walls {
  const parsed = CronExpressionParser.parse(expression, { tz: "UTC" });
  return (wall) => {
    try {
      parsed.reset(new Date(wall));
      return parsed.next().getTime();
    } catch {
      return null; // cron-parser gives up after some twenty years without a match
    }
  };
}

function calendarWalls(rule: Calendar, anchor: number): Walls {
  const first = Math.floor(anchor / DAY);
  return (wall) => {
    const from = Math.floor(wall / DAY);
    for (let day = from; day < from + FARTHEST_DAYS; day++) {
      if (!isDay(rule, day, first)) continue;
      const at = rule.at.find((time) => day * DAY + time > wall);
      if (at !== undefined) return day * DAY + at;
    }
    return null;
  };
}

/** Whether a recurrence counted from day `first` falls on `day`; both are days since 1970. */
function isDay({ unit, n, days }: Calendar, day: number, first: number): boolean {
  const every = (distance: number) => distance % n === 0;
  if (unit === "day") return every(day - first);
  if (unit === "week") {
    const on = days.length > 0 ? days : [weekday(first)];
    return on.includes(weekday(day)) && every((day - weekday(day) - (first - weekday(first))) / 7);
  }
  const date = new Date(day * DAY);
  const begun = new Date(first * DAY);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const years = date.getUTCFullYear() - begun.getUTCFullYear();
  const falls = (wanted: number) => (wanted === 0 ? last : Math.min(wanted, last)) === date.getUTCDate();
  if (unit === "month") {
    return (
      every(years * 12 + date.getUTCMonth() - begun.getUTCMonth()) &&
      (days.length > 0 ? days : [begun.getUTCDate()]).some(falls)
    );
  }
  const on = days.length > 0 ? days : [(begun.getUTCMonth() + 1) * 100 + begun.getUTCDate()];
  return (
    every(years) && on.some((wanted) => Math.floor(wanted / 100) === date.getUTCMonth() + 1 && falls(wanted % 100))
  );
}

/** 1 to 7, Monday first, of a day since 1970 (a Thursday). */
function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
