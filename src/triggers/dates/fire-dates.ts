import type { ActiveVersion, AutomationRoom } from "../../automations/index.js";
import { describeObject, findRecords, type RecordRow } from "../../crm/index.js";
import type { Trigger } from "../../graph/index.js";
import { notFound } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import { OVERLAP_MS } from "../arrange-timers.js";
import { followAutomations } from "../follow-automations.js";
import { zoneOf } from "../timed-triggers.js";
import { dueTimers, moveTimer, ownerOf, type Timer } from "../timer.js";
import { type DateField, dateSearches, nextScan } from "./date-candidates.js";
import { type DateRule, type Occurrence, occurrencesWithin, readDateValue } from "./date-occurrence.js";
import { fireRecords } from "./fire-records.js";

const PAGE = 200;

/** How long a scan is left to one node before another looks too. */
const LEASE_MS = 60_000;

/**
 * Emits an event for every record of which a date trigger's date is reached, once for each value of the date, and
 * returns how many. Nothing is planned ahead: each scan asks which records have their occurrence between the last scan
 * and now, so that changing a date moves it, and three hours of downtime are looked at afterwards.
 */
export async function fireDates(room: AutomationRoom): Promise<number> {
  const followed = await followAutomations(room);
  const errors: unknown[] = [];
  let emitted = 0;
  for (const timer of await dueTimers(room.db, "date", room.clock.now())) {
    try {
      emitted += await scan(room, timer, followed.get(timer.automationId));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return emitted;
}

async function scan(room: AutomationRoom, timer: Timer, version: ActiveVersion | undefined): Promise<number> {
  const trigger = version?.document.triggers.find(({ key, kind }) => key === timer.triggerKey && kind === "date");
  const now = room.clock.now();
  if (!version || !trigger || timer.scannedAt === null) {
    await moveTimer(room.db, timer, { nextAt: null });
    return 0;
  }
  if (version.version !== timer.version) return 0;
  const claimed = { ...timer, nextAt: now + LEASE_MS };
  const field = await dateFieldOf(room, version, trigger).catch(async (error: unknown) => {
    await moveTimer(room.db, timer, { nextAt: now + 60 * LEASE_MS }); // The field is gone: look again in an hour.
    throw error;
  });
  const done = { nextAt: nextScan(field, now, OVERLAP_MS), scannedAt: Math.max(timer.scannedAt, now) };
  const since = timer.scannedAt - OVERLAP_MS;
  const searches = dateSearches(field, since, now);
  if (searches.length === 0) {
    await moveTimer(room.db, timer, done);
    return 0;
  }
  if (!(await moveTimer(room.db, timer, { nextAt: claimed.nextAt }))) return 0;
  let emitted = 0;
  for (const when of searches) {
    for await (const page of reached(room, version, field, when, since, now)) {
      const due = page.map(({ record, at }) => ({ record, tick: at.tick }));
      emitted += await fireRecords(room, "date", version.workspaceId, ownerOf(timer), due);
    }
  }
  // Only now: a crash before this leaves the whole window to the next scan, whose ticks keep what is done.
  await moveTimer(room.db, claimed, done);
  return emitted;
}

/** A record and the newest occurrence of its date in a window. */
type Reached = { record: RecordRow; at: Occurrence };

/** The records a search finds whose date really occurs in (`after`, `until`], a page at a time. */
export async function* reached(
  room: AutomationRoom,
  version: ActiveVersion,
  field: DateField,
  when: JsonObject,
  after: number,
  until: number,
): AsyncGenerator<Reached[]> {
  const { object } = version.document;
  let cursor: string | undefined;
  while (object !== null) {
    const found = await findRecords(room, version.workspaceId, object, {
      when,
      limit: PAGE,
      cursor,
      timezone: field.zone,
    });
    yield found.records.flatMap((record) => {
      const value = readDateValue(record.values[field.name], field.zone);
      const at = value && occurrencesWithin(value, field.rule, field.zone, after, until).at(-1);
      return at ? [{ record, at }] : [];
    });
    if (found.nextCursor === null) return;
    cursor = found.nextCursor;
  }
}

/** The field and rule of a date trigger in its version's zone; throws a 404 Problem when the field is gone. */
export async function dateFieldOf(room: AutomationRoom, version: ActiveVersion, trigger: Trigger): Promise<DateField> {
  const object = await describeObject(room, version.workspaceId, version.document.object ?? "");
  const field = object.fields.find(({ name }) => name === trigger["field"]);
  if (!field) throw notFound(`date field of ${object.name}`, String(trigger["field"]));
  const { offset, time, repeat, shift } = trigger as DateRule;
  const rule = { ...(offset && { offset }), ...(time && { time }), ...(repeat && { repeat }), ...(shift && { shift }) };
  return { name: field.name, plain: field.type === "date", rule, zone: await zoneOf(room, version) };
}
