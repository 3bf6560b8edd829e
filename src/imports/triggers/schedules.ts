import { isObject, type JsonObject } from "../../shared/json.js";
import { defined } from "../made.js";
import { durationOf, unitNamed } from "../names/durations.js";
import { snake } from "../names/keys.js";
import { saidOf } from "../names/said.js";
import * as synonyms from "../names/synonyms.js";
import { byTheirs, entryOf } from "../names/table.js";
import { type Source, sourceOf } from "../source.js";
import type { Report } from "../work.js";

const frequencies = byTheirs(synonyms.frequencies);
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/**
 * The members of a schedule trigger, from what others write: a cron expression, `daily` at a time, every so many minutes.
 * `name` is the trigger's own (`schedule.daily`). Null when nothing says when.
 */
export function scheduleFrom(source: Source, name: string, report: Report): JsonObject | null {
  const nested = source.object("schedule", "cron_schedule");
  if (nested) return scheduleFrom(nested, name, report);
  const cron = source.text("cron", "cron_expression", "schedule", "expression", "cron_schedule");
  const timezone = source.text("timezone", "time_zone", "tz");
  if (cron !== undefined) return defined({ cron: cron.trim(), timezone });
  const frequency = snake(
    source.text("frequency", "repeat", "recurrence", "interval_type") ?? name.split(/[._]/).at(-1) ?? "",
  );
  const every = entryOf(frequencies, frequency) ?? intervalOf(source);
  if (every === undefined) return null;
  const at = /^(?:day|weekday|week|month|year)$/.test(every) ? timeOf(source) : undefined;
  const on =
    every === "week"
      ? weekdaysOf(source, report)
      : every === "month"
        ? source.take("day_of_month", "day", "on")
        : undefined;
  return defined({ every, on, at, timezone });
}

function intervalOf(source: Source): string | undefined {
  const unit = unitNamed(source.take("unit", "interval_unit", "time_unit"));
  const minutes = source.take("interval_minutes", "every_minutes");
  if (minutes !== undefined) return durationOf(minutes, "m");
  return durationOf(source.take("interval", "every", "interval_value"), unit ?? "m");
}

function timeOf(source: Source): string | undefined {
  const time = source.text("time", "at", "time_of_day", "run_at");
  if (time !== undefined) return /^\d{1,2}:\d{2}:\d{2}$/.test(time) ? time.slice(0, -3) : time;
  const hour = source.take("hour");
  const minute = source.take("minute");
  return typeof hour === "number"
    ? `${saidOf(hour).padStart(2, "0")}:${saidOf(typeof minute === "number" ? minute : 0).padStart(2, "0")}`
    : undefined;
}

function weekdaysOf(source: Source, report: Report): string[] | undefined {
  const names = ["days_of_week", "day_of_week", "days", "weekday", "weekdays", "day", "on"];
  const path = source.at(...names);
  const given = source.take(...names);
  if (given === undefined || given === null) return undefined;
  const days = [given].flat().flatMap((one) => {
    const day =
      typeof one === "number"
        ? weekdays[one % 7]
        : weekdays.find((name) => name.startsWith(saidOf(one).toLowerCase().slice(0, 3)));
    if (day === undefined) report(path, `"${saidOf(one)}" is no day of the week.`);
    else if (typeof one === "number")
      report(
        path,
        `The day ${one} is taken for ${day.charAt(0).toUpperCase()}${day.slice(1)}, counted from Sunday as 0.`,
      );
    return day ?? [];
  });
  return days.length > 0 ? days : undefined;
}

/** True when the settings of a whole definition hold a schedule: `{ schedule: { cron, timezone } }`. */
export function hasScheduleBeside(settings: Source): boolean {
  const given = settings.value["schedule"];
  return (isObject(given) && Object.keys(given).length > 0) || (typeof given === "string" && given !== "");
}

/** A schedule that stands beside the steps, in the settings of a whole definition: `{ schedule: { cron, timezone } }`. */
export function scheduleBeside(settings: Source | undefined, report: Report): JsonObject | null {
  const path = settings?.at("schedule") ?? "";
  const given = settings?.take("schedule");
  if (given === undefined || given === null) return null;
  const found = scheduleFrom(sourceOf(isObject(given) ? given : { cron: given }, path), "schedule", report);
  if (!found) report(path, "Nothing says when it fires.");
  return found;
}
