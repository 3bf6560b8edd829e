import type { ActiveVersion, AutomationRoom } from "../automations/index.js";
import { breaksTransaction } from "../db/index.js";
import type { Trigger } from "../graph/index.js";
import { iso } from "../shared/clock.js";
import { invalid, messageOf, Problem } from "../shared/errors.js";
import { readSchedule, type ScheduleSpec } from "../shared/schedule.js";
import { describeSchedule } from "../shared/schedule-words.js";
import { dateSearches } from "./dates/date-candidates.js";
import { dateFieldOf, reached } from "./dates/fire-dates.js";
import { followAutomations } from "./follow-automations.js";
import { firesOf } from "./schedules/next-fire.js";
import { planOf, timedTriggers } from "./timed-triggers.js";
import { timersOf } from "./timer.js";

/** The most entries of one trigger. */
const MOST_OF_ONE = 50;

/** Something a clock will start. `recordId` is null for a schedule; its records are chosen when it fires. */
type Forecast = {
  automationId: string;
  automationName: string;
  triggerKey: string;
  kind: "schedule" | "date";
  at: string;
  words: string;
  object: string | null;
  recordId: string | null;
};

/**
 * What schedules and dates will start in a workspace from now until `until`, soonest first: at most fifty entries of one
 * trigger and `limit` in all. Dates are those of the records as they are now.
 */
export async function forecast(
  room: AutomationRoom,
  workspaceId: string,
  until: number,
  limit = 200,
): Promise<Forecast[]> {
  const followed = [...(await followAutomations(room)).values()].filter(
    (version) => version.workspaceId === workspaceId,
  );
  const entries: Forecast[] = [];
  for (const version of followed) {
    for (const trigger of timedTriggers(version)) {
      const ahead = trigger.kind === "schedule" ? ticksAhead : datesAhead;
      const found = ahead(room, version, trigger, until).catch((error: unknown) => [
        broken(room, version, trigger, error),
      ]);
      entries.push(...(await found));
    }
  }
  return entries.sort((a, b) => (a.at < b.at ? -1 : 1)).slice(0, limit);
}

/** What cannot be foreseen stands first in the list and says why, instead of taking the list away from everybody. */
function broken(room: AutomationRoom, version: ActiveVersion, trigger: Trigger, error: unknown): Forecast {
  if (breaksTransaction(error)) throw error;
  return entryOf(version, trigger, room.clock.now(), `It is broken and starts nothing: ${messageOf(error)}`, null);
}

async function ticksAhead(
  room: AutomationRoom,
  version: ActiveVersion,
  trigger: Trigger,
  until: number,
): Promise<Forecast[]> {
  const plan = await planOf(room, version, trigger);
  if (!plan) throw invalid(readSchedule(trigger, "UTC").errors);
  const timer = (await timersOf(room.db, [version.automationId])).find(({ triggerKey }) => triggerKey === trigger.key);
  const left = plan.times === null ? MOST_OF_ONE : Math.min(MOST_OF_ONE, plan.times - (timer?.fired ?? 0));
  const words = describeSchedule(trigger as ScheduleSpec, plan.zone);
  return firesOf(plan, room.clock.now(), left, until).map((at) => entryOf(version, trigger, at, words, null));
}

async function datesAhead(
  room: AutomationRoom,
  version: ActiveVersion,
  trigger: Trigger,
  until: number,
): Promise<Forecast[]> {
  const field = await dateFieldOf(room, version, trigger).catch((error: unknown) => {
    if (error instanceof Problem) return null; // The field or the object is gone: nothing will come of it.
    throw error;
  });
  if (!field) return [];
  const now = room.clock.now();
  const entries: Forecast[] = [];
  for (const when of dateSearches(field, now, until)) {
    for await (const page of reached(room, version, field, when, now, until)) {
      for (const { record, at } of page) {
        entries.push(entryOf(version, trigger, at.at, `${field.name} ${String(record.values[field.name])}`, record.id));
      }
      if (entries.length >= MOST_OF_ONE) break;
    }
  }
  return entries.sort((a, b) => (a.at < b.at ? -1 : 1)).slice(0, MOST_OF_ONE);
}

function entryOf(
  version: ActiveVersion,
  trigger: Trigger,
  at: number,
  words: string,
  recordId: string | null,
): Forecast {
  return {
    automationId: version.automationId,
    automationName: version.name,
    triggerKey: trigger.key,
    kind: trigger.kind as Forecast["kind"],
    at: iso(at),
    words,
    object: version.document.object,
    recordId,
  };
}
