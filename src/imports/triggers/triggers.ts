import type { ObjectType } from "../../crm/index.js";
import { checkTrigger, type Trigger, triggerKinds } from "../../graph/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { treeFromList } from "../expressions/conditions.js";
import { snake } from "../names/keys.js";
import { fieldNamed, isId, isIdOf, type Narrowing, narrowingOf, objectNamed } from "../names/objects.js";
import { saidOf } from "../names/said.js";
import * as synonyms from "../names/synonyms.js";
import { byTheirs, entryOf } from "../names/table.js";
import { pathTo, type Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { treeOf, type Work } from "../work.js";
import { scheduleFrom } from "./schedules.js";

const happenings = byTheirs(synonyms.happenings);

/** What starts a definition, and the object its records are of. */
export type Started = { trigger: Trigger; object: ObjectType | null };

/** The trigger every automation has: somebody starts it. */
export const byHand: Trigger = { key: "manual", kind: "manual" };

/**
 * A trigger by the name it has elsewhere (`customer.created`, `field_changed`, `schedule.daily`), with its settings. What
 * nothing here sets off is listed; a named event stays one, for the application to emit. `object` is the one the
 * definition itself names.
 */
export function triggerFrom(work: Work, name: string, settings: Source, object: ObjectType | null): Started | null {
  const wanted = snake(name);
  const key = wanted.slice(0, 64) || "start";
  if (["", "manual", "start", "trigger", "on_demand", "button", "api"].includes(wanted))
    return { trigger: byHand, object };
  if (/^(?:schedule|scheduled|cron|timer|recurring)/.test(wanted)) return onSchedule(work, wanted, settings, object);
  if (/^(?:event|system_event)$/.test(wanted)) return onEvent(work, settings, object);
  if (/^date_|^(?:birthday|anniversary)$/.test(wanted)) return onDate(work, wanted, settings, object);
  if (/^webhook/.test(wanted)) return onWebhook(work, settings, object);
  return onRecord(work, key, wanted, settings, object) ?? other(work, name, settings, object);
}

function onSchedule(work: Work, name: string, settings: Source, object: ObjectType | null): Started | null {
  const schedule = scheduleFrom(settings, name, work.report);
  if (schedule) return { trigger: { key: "schedule", kind: "schedule", ...schedule }, object };
  work.report(settings.path, "Nothing says when it fires.");
  return null;
}

function onEvent(work: Work, settings: Source, object: ObjectType | null): Started | null {
  const event = settings.text("eventType", "event_name", "event", "name", "type");
  if (event !== undefined && snake(event) !== "event") return triggerFrom(work, event, settings, object);
  work.report(settings.path, "Nothing says which event it listens for.");
  return null;
}

function onDate(work: Work, name: string, settings: Source, given: ObjectType | null): Started | null {
  const written = settings.text("field", "attribute", "date_field", "field_slug", "attribute_slug") ?? "";
  const object = given ?? onlyWith(work.scope.objects, [written]);
  const before = settings.take("days_before", "before_days");
  const after = settings.take("days_after", "after_days");
  const days = Number(saidOf(before ?? after ?? settings.take("days", "offset_days", "offset", "days_offset") ?? 0));
  const past = before === undefined && (after !== undefined || /pass|after|since/.test(name));
  const field = object ? (fieldNamed(work.scope.objects, object, written)?.name ?? written) : written;
  const time = settings.text("time", "at", "time_of_day");
  const offset = days === 0 || !Number.isFinite(days) ? "0d" : `${past ? "" : "-"}${Math.abs(Math.trunc(days))}d`;
  const yearly = /birthday|anniversary/.test(name) || settings.take("yearly", "repeat_yearly", "recurring") === true;
  return {
    trigger: {
      key: "date",
      kind: "date",
      field,
      offset,
      ...(time ? { time } : {}),
      ...(yearly ? { repeat: "yearly" } : {}),
    },
    object,
  };
}

function onWebhook(work: Work, settings: Source, object: ObjectType | null): Started | null {
  const path = settings.at("path", "webhook_path", "url");
  const address = settings.text("path", "webhook_path", "url");
  if (triggerKinds.has("webhook")) {
    work.report(
      path,
      `Calls will come to another address${address ? ` than "${address}"` : ""}: make an intake for it here.`,
    );
    return { trigger: { key: "webhook", kind: "webhook" }, object };
  }
  work.report(path, "There are no webhooks here yet: until then, start it over the API (POST …/automations/:id/runs).");
  return null;
}

function onRecord(work: Work, key: string, wanted: string, settings: Source, given: ObjectType | null): Started | null {
  if (/^(?:field|attribute|property|status|stage)_(?:changed|updated)$/.test(wanted))
    return onField(work, key, wanted, settings, given);
  const words = wanted.split("_");
  const kind = entryOf(happenings, words.at(-1) ?? "");
  const subject = words.slice(0, -1).join("_");
  const field = /^(.+)_(stage|status|owner)_changed$/.exec(wanted);
  const of = field?.[1] ?? subject;
  const own = ["record", "entity", "entry", "object"].includes(of);
  const object = own ? (given ?? objectIn(work, settings)) : objectNamed(work.scope.objects, of);
  if (!object || kind === undefined) return null;
  const fields = field?.[2] ? [field[2]] : watched(work, settings, object);
  const narrowed = kind === "record.updated" && fields.length > 0 ? { fields, ...values(settings) } : {};
  const narrow = narrowingOf(
    object,
    own ? saidOf(settings.value["object"] ?? settings.value["object_type"] ?? "") : of,
  );
  return { trigger: onlySome(withFilter(work, { key, kind, ...narrowed }, settings, object), narrow), object };
}

/** A trigger for some records of the object only: `lead.created` is about contacts of that status. */
function onlySome(trigger: Trigger, narrow: Narrowing | null): Trigger {
  if (!narrow) return trigger;
  const leaf = { fact: "record", path: narrow.field, operator: "equal", value: narrow.value };
  return { ...trigger, when: { all: [leaf, ...(trigger.when ? [trigger.when] : [])] } };
}

/** A change of one field, which another system names in the settings of the trigger, or in its name. */
function onField(work: Work, key: string, wanted: string, settings: Source, given: ObjectType | null): Started | null {
  const named = wanted.startsWith("stage") ? "stage" : wanted.startsWith("status") ? "status" : undefined;
  const written =
    settings.text("field", "attribute", "field_slug", "attribute_slug", "field_name", "property") ?? named;
  const object = given ?? objectIn(work, settings) ?? (written ? onlyWith(work.scope.objects, [written]) : null);
  if (!object) return null;
  const field = written === undefined ? undefined : (fieldNamed(work.scope.objects, object, written)?.name ?? written);
  const trigger = { key, kind: "record.updated", ...(field ? { fields: [field] } : {}), ...values(settings) };
  return { trigger: withFilter(work, trigger, settings, object), object };
}

/** What other systems leave empty for "anything" is left out. */
function values(settings: Source): JsonObject {
  const from = settings.take("from_value", "from_stage", "from_status", "from", "old_value", "previous_value");
  const to = settings.take("to_value", "to_stage", "to_status", "to", "new_value", "value");
  const said = (value: unknown) =>
    value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
  return { ...(said(from) ? { from } : {}), ...(said(to) ? { to } : {}) };
}

function watched(work: Work, settings: Source, object: ObjectType): string[] {
  const given = settings.take("fields", "field", "attribute", "watch_fields", "field_slug", "attribute_slug");
  const names = [given].flat().filter((one) => typeof one === "string" && one !== "");
  return names.map((name) => fieldNamed(work.scope.objects, object, saidOf(name))?.name ?? saidOf(name));
}

function objectIn(work: Work, settings: Source): ObjectType | null {
  const named = settings.text("object", "object_type", "entity_type", "record_type", "module");
  return (named && objectNamed(work.scope.objects, named)) || null;
}

/** The only object that has all these fields; null when there is none, or more than one. */
export function onlyWith(objects: readonly ObjectType[], names: readonly string[]): ObjectType | null {
  const wanted = names.filter((name) => name !== "");
  const having = objects.filter((object) => wanted.every((name) => fieldNamed(objects, object, name)));
  const [only] = having;
  return wanted.length > 0 && only && having.length === 1 ? only : null;
}

/** A filter over the event. What means nothing stays in it, so that the validator stops at it. */
function withFilter(work: Work, trigger: Trigger, settings: Source, object: ObjectType): Trigger {
  const names = ["filter", "filters", "conditions", "event_filter", "where"];
  const path = settings.at(...names);
  const given = settings.take(...names);
  const own: Work = { ...work, scope: { ...work.scope, object } };
  const empty =
    given === undefined || given === null || given === "" || (isObject(given) && Object.keys(given).length === 0);
  if (empty || (Array.isArray(given) && given.length === 0)) return trigger;
  try {
    if (typeof given === "string") return { ...trigger, when: treeOf(own, given, path) };
    const list = Array.isArray(given)
      ? given
      : Object.entries(given as JsonObject).map(([field, value]) => ({ field, value }));
    return { ...trigger, when: treeFromList(own, list, path, { keep: true }) };
  } catch (error) {
    if (!(error instanceof Unmappable)) throw error;
    work.report(path, error.message);
    return { ...trigger, when: { fact: "record", operator: "" } };
  }
}

/** What nothing here is like stays a named event, which starts it as soon as the application emits one. */
function other(work: Work, name: string, settings: Source, object: ObjectType | null): Started | null {
  const path = settings.path;
  const kind = name.trim().replaceAll("_", ".");
  const known = triggerKinds.get(kind) ?? triggerKinds.get(name.trim());
  if (known && !["event", "manual", "automation"].includes(known.kind))
    return { trigger: { key: snake(known.kind), kind: known.kind }, object };
  if (!/^[A-Za-z][\w.:-]{0,119}$/.test(name.trim())) {
    work.report(path, `There is no trigger like "${name}" here.`);
    return null;
  }
  work.report(
    path,
    `Nothing here sets off "${name.trim()}"; it starts when the application emits an event of that name.`,
  );
  return { trigger: { key: snake(name).slice(0, 64) || "event", kind: "event", name: name.trim() }, object };
}

/** Says what a trigger gets wrong here: a field or a value that this workspace does not have. */
export function reportTrigger(work: Work, { trigger, object }: Started, path: string): void {
  for (const { path: at, message } of checkTrigger(trigger, object)) work.report(pathTo(path, at), message);
}

/** The inputs steps read, filled from the record that starts a run. What it does not bring is listed. */
export function inputsFrom(work: Work, { trigger, object }: Started, names: Iterable<string>, path: string): Trigger {
  if (!object || !/^(?:record|stage)\.|^date$/.test(trigger.kind)) return trigger;
  const inputs = new Map<string, string>();
  for (const name of names) {
    const field = fieldNamed(work.scope.objects, object, name);
    if (isId(name) || isIdOf(work.scope.objects, object, name)) inputs.set(name, "{{ record.id }}");
    else if (field) inputs.set(name, `{{ record.${field.name} }}`);
    else if (objectNamed(work.scope.objects, name)?.name === object.name) inputs.set(name, "{{ record }}");
    else work.report(path, `Steps read "input.${name}", and this trigger brings nothing of that name.`);
  }
  return inputs.size > 0 ? { ...trigger, inputs: Object.fromEntries(inputs) } : trigger;
}
