import { DateTime } from "luxon";
import { iso } from "../../shared/clock.js";
import { type FieldError, invalid } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import { readSchedule, type ScheduleSpec } from "../../shared/schedule.js";
import { describeSchedule } from "../../shared/schedule-words.js";
import { clockNote } from "../clock-note.js";
import { firesOf } from "./next-fire.js";

const MOST_FIRES = 100;

/** The next fires of a schedule, the schedule in words, and what changes of the clocks do to it. */
type SchedulePreview = { fires: string[]; description: string; note?: string };

/**
 * Previews what somebody typed: `{ cron | every, on?, at?, timezone?, start?, until?, times?, from?, count? }`. Fires lie
 * after `from` (an ISO instant, default `now`); `count` is 1 to 100, default 5. Throws a 422 Problem naming each fault.
 */
export function previewSchedule(input: JsonObject, now: number, zone = "UTC"): SchedulePreview {
  const { from: fromText, count: countValue, ...spec } = input;
  const { plan, errors } = readSchedule(spec, zone);
  const from =
    fromText === undefined || fromText === null || fromText === "" ? now : instantOf(fromText, plan?.zone ?? "UTC");
  const count = countValue === undefined || countValue === null || countValue === "" ? 5 : Number(countValue);
  const faults: FieldError[] = [...errors];
  if (Number.isNaN(from))
    faults.push({ path: "from", message: "from is an ISO instant, such as 2026-03-29T00:00:00Z." });
  if (!Number.isInteger(count) || count < 1 || count > MOST_FIRES) {
    faults.push({ path: "count", message: `count is a whole number from 1 to ${MOST_FIRES}.` });
  }
  if (!plan || faults.length > 0) throw invalid(faults);
  const fires = firesOf(plan, from, Math.min(count, plan.times ?? count)).map((fire) => iso(fire));
  const note = clockNote(plan, from);
  return { fires, description: describeSchedule(spec as ScheduleSpec, zone), ...(note ? { note } : {}) };
}

function instantOf(value: unknown, zone: string): number {
  return typeof value === "string" ? DateTime.fromISO(value, { zone }).toMillis() : Number.NaN;
}
