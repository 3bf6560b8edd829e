import { DateTime } from "luxon";
import type { SchedulePlan } from "../shared/schedule-plan.js";
import { clockChange, offsetAt } from "./local-time.js";
import { wallsOf } from "./schedules/next-fire.js";

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A little over a year, so that both changes of the clocks lie ahead. */
const DAYS_AHEAD = 400;

/** What the next changes of the clocks do to a schedule, in a sentence or two; undefined when they do nothing to it. */
export function clockNote(plan: SchedulePlan, from: number): string | undefined {
  const notes = changesAfter(from, plan.zone)
    .slice(0, 2)
    .map((change) => noteOn(plan, change));
  const said = [...new Set(notes.filter((note) => note !== undefined))];
  return said.length > 0 ? said.join(" ") : undefined;
}

type ClockChange = { at: number; before: number; after: number };

function changesAfter(from: number, zone: string): ClockChange[] {
  const changes: ClockChange[] = [];
  for (let day = 0, before = offsetAt(from, zone); day < DAYS_AHEAD; day++) {
    const start = from + day * DAY;
    const after = offsetAt(start + DAY, zone);
    if (after !== before) changes.push({ at: clockChange(start, start + DAY, zone), before, after });
    before = after;
  }
  return changes;
}

function noteOn({ rule, zone }: SchedulePlan, { at, before, after }: ClockChange): string | undefined {
  const onDay = `On ${DateTime.fromMillis(at, { zone }).setLocale("en").toFormat("d LLLL yyyy")}`;
  if (rule.type === "elapsed") {
    return rule.ms < HOUR ? undefined : "It goes by elapsed time, so its local times move when the clocks change.";
  }
  const walls = wallsOf(rule);
  const first = walls(at + Math.min(before, after) - 1);
  if (first === null || first >= at + Math.max(before, after)) return undefined;
  const time = new Date(first).toISOString().slice(11, 16);
  const hourly = rule.type === "cron" && rule.everyHour;
  if (after > before) {
    const landing = new Date(at + after).toISOString().slice(11, 16);
    return hourly ? undefined : `${onDay} ${time} does not exist in ${zone}: it fires at ${landing} instead.`;
  }
  return hourly
    ? `${onDay} the clocks of ${zone} go back: it goes by elapsed time and fires in both passes.`
    : `${onDay} ${time} comes twice in ${zone}: it fires the first time only.`;
}
