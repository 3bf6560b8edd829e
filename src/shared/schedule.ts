import { DateTime, IANAZone } from "luxon";
import type { FieldError } from "./errors.js";
import { isObject } from "./json.js";
import { didYouMean } from "./nearest.js";
import { cronOf } from "./schedule-cron.js";
import { everyOf } from "./schedule-every.js";
import type { SchedulePlan, Wrong } from "./schedule-plan.js";

/**
 * When a schedule fires, as documents write it. Exactly one of `cron` (five fields) and `every` is given.
 *
 * `every` is an interval of elapsed time (`15m`, `2h`, `PT36H`; at least a minute) or a calendar recurrence: `day`,
 * `weekday`, `week`, `month`, `year`, or several of them (`2d`, `2w`, `3 months`). A recurrence takes `at` (`09:00`, or a
 * list; midnight when absent) and `on`: weekdays for weeks (`["monday"]`), days for months (`[1, 15, "last"]`), `MM-DD`
 * for years. A day that a month lacks falls on its last day.
 *
 * Intervals and "every second week" are counted from `start`, else from Monday 2001-01-01 00:00 in the zone, so that
 * the same words always mean the same instants. `start` and `until` are ISO instants or dates, both inclusive.
 */
export type ScheduleSpec = {
  cron?: string;
  every?: string;
  on?: string | number | (string | number)[];
  at?: string | string[];
  timezone?: string;
  start?: string;
  until?: string;
  times?: number;
};

/** What makes up for ticks that passed while nobody looked: nothing, one, or up to a hundred of the newest. */
export type CatchUp = "none" | "one" | "all";

const catchUps: readonly unknown[] = [undefined, "none", "one", "all"];

/**
 * Reads a schedule, `zone` being the one that holds when it names none. Gives the plan, or everything that is wrong
 * with it; `path` goes before each place (`triggers[0].`).
 */
export function readSchedule(
  spec: unknown,
  zone = "UTC",
  path = "",
): { plan: SchedulePlan; errors: [] } | { plan: null; errors: FieldError[] } {
  if (!isObject(spec))
    return { plan: null, errors: [{ path, message: "A schedule is an object with cron or every." }] };
  const errors: FieldError[] = [];
  const wrong = (at: string, message: string): null => {
    errors.push({ path: path + at, message });
    return null;
  };
  const here = zoneOf(spec["timezone"] ?? zone, wrong);
  const rule = ruleOf(spec, wrong);
  const start = instantOf(spec["start"], here, "start", wrong);
  const until = instantOf(spec["until"], here, "until", wrong);
  const times = spec["times"] ?? null;
  if (times !== null && !(Number.isInteger(times) && Number(times) >= 1))
    wrong("times", "times is a whole number from 1 up.");
  if (start !== null && until !== null && until < start) wrong("until", "until lies before start.");
  if (!catchUps.includes(spec["catchUp"])) wrong("catchUp", 'catchUp is "none", "one" or "all".');
  if (errors.length > 0 || rule === null) return { plan: null, errors };
  return { plan: { zone: here, start, until, times: times === null ? null : Number(times), rule }, errors: [] };
}

function zoneOf(zone: unknown, wrong: Wrong): string {
  if (typeof zone === "string" && /^[A-Za-z]/.test(zone) && IANAZone.isValidZone(zone)) return zone;
  wrong(
    "timezone",
    `"${String(zone)}" is not a time zone.${didYouMean(String(zone), Intl.supportedValuesOf("timeZone"))}`,
  );
  return "UTC";
}

function ruleOf(spec: Record<string, unknown>, wrong: Wrong): SchedulePlan["rule"] | null {
  // A form sends what was left blank as empty text.
  const every = spec["every"] || undefined;
  const cron = every === undefined ? spec["cron"] : spec["cron"] || undefined;
  if (cron !== undefined && every !== undefined) return wrong("every", "Give either cron or every, not both.");
  if (cron === undefined && every === undefined)
    return wrong("cron", "A schedule needs cron (five fields) or every (15m, 1d, week).");
  if (every !== undefined) return everyOf(spec, wrong);
  if (spec["on"]) wrong("on", "on goes with every; a cron expression names its days itself.");
  if (spec["at"]) wrong("at", "at goes with every; a cron expression names its time itself.");
  return cronOf(cron, wrong);
}

function instantOf(value: unknown, zone: string, name: "start" | "until", wrong: Wrong): number | null {
  if (value === undefined || value === null || value === "") return null;
  const date = typeof value === "string" ? DateTime.fromISO(value, { zone }) : null;
  if (!date?.isValid) return wrong(name, `${name} is a date (2026-12-31) or an instant (2026-12-31T18:00:00Z).`);
  return name === "until" && /^\d{4}-\d\d-\d\d$/.test(String(value)) ? date.endOf("day").toMillis() : date.toMillis();
}
