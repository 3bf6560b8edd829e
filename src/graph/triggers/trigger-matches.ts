import { canonicalJson, isObject, type JsonObject } from "../../shared/json.js";
import type { Trigger } from "../document.js";

/** What matching needs of an event. `automationId` is the automation being asked, for events addressed to one. */
export type TriggerEvent = {
  kind: string;
  name: string | null;
  changes: { field: string; old: unknown; new: unknown }[];
  record: JsonObject | null;
  data: JsonObject;
  automationId?: string;
};

/** Whether a trigger wants an event by its own config, and why not. */
export type TriggerMatch = { matches: boolean; reason?: string };

/** The field that `stage.changed` watches. */
const STAGE = "stage";

/** The kinds of event a trigger listens for. */
export function eventKinds(trigger: Trigger): string[] {
  switch (trigger.kind) {
    case "record.updated":
      return trigger["onCreate"] === true ? ["record.updated", "record.created"] : ["record.updated"];
    case "record.saved":
      return ["record.created", "record.updated"];
    case "stage.changed":
      return ["record.updated"];
    case "automation":
      return [trigger["on"] === "failed" ? "run.failed" : "automation"];
    default:
      return [trigger.kind];
  }
}

/** The fields of which one must have changed for the trigger to want an update; empty when any change will do. */
export function watchedFields(trigger: Trigger): string[] {
  if (trigger.kind === "stage.changed") return [STAGE];
  const fields = trigger.kind === "record.updated" ? trigger["fields"] : [];
  return Array.isArray(fields) ? fields.filter((field) => typeof field === "string") : [];
}

/**
 * Decides whether a trigger wants an event, by its kind and config alone: its `when`, `becomes` and the object are the
 * caller's to check. `alike` tells whether a value of a field is the wanted one, by the field's type. Pure.
 */
export function triggerMatches(trigger: Trigger, event: TriggerEvent, alike: Alike = readsAlikeIn): TriggerMatch {
  if (!eventKinds(trigger).includes(event.kind)) {
    return no(
      `The trigger "${trigger.key}" listens for ${eventKinds(trigger).join(" or ")}, and this was ${event.kind}.`,
    );
  }
  switch (trigger.kind) {
    case "record.updated":
      return event.kind === "record.created"
        ? createdMatches(trigger, event, alike)
        : changeMatches(trigger, event, alike);
    case "stage.changed":
      return inPipeline(trigger, event) ?? changeMatches(trigger, event, alike);
    case "event":
      return nameMatches(trigger, event);
    case "automation":
      return trigger["on"] === "failed" ? failureMatches(trigger, event) : addressMatches(trigger, event);
    case "manual":
    case "schedule":
    case "date":
      return addressMatches(trigger, event);
    default:
      return { matches: true };
  }
}

function no(reason: string): TriggerMatch {
  return { matches: false, reason };
}

/** One watched field must have changed, from and to what the trigger says. */
function changeMatches(trigger: Trigger, event: TriggerEvent, alike: Alike): TriggerMatch {
  const watched = watchedFields(trigger);
  const changes = watched.length === 0 ? event.changes : event.changes.filter(({ field }) => watched.includes(field));
  if (changes.length === 0) return no(`${watched.join(", ") || "No field"} did not change.`);
  const isMeant = ({ field, old, new: now }: (typeof changes)[number]) => {
    const isSame: Same = (wanted, value) => alike(field, wanted, value);
    return isWanted(trigger["from"], old, isSame) && isWanted(trigger["to"], now, isSame);
  };
  if (changes.some(isMeant)) return { matches: true };
  const [change] = changes;
  return no(
    `${change?.field} changed from ${said(change?.old)} to ${said(change?.new)}; the trigger wants ${wish(trigger)}.`,
  );
}

/** A creation counts as a change from nothing: with neither `from` nor `to` every new record matches. */
function createdMatches(trigger: Trigger, event: TriggerEvent, alike: Alike): TriggerMatch {
  const { from, to } = trigger;
  if (from === undefined && to === undefined) return { matches: true };
  const matched = watchedFields(trigger).some((field) => {
    const value = event.record?.[field];
    const isSame: Same = (wanted, one) => alike(field, wanted, one);
    return isWanted(from, null, isSame) && isWanted(to, value, isSame) && (to !== undefined || !isBlank(value));
  });
  return matched ? { matches: true } : no(`The new record does not have what the trigger wants: ${wish(trigger)}.`);
}

function inPipeline(trigger: Trigger, event: TriggerEvent): TriggerMatch | null {
  const wanted = trigger["pipeline"];
  if (wanted === undefined || wanted === null || wanted === "") return null;
  const pipeline = event.record?.["pipeline"];
  return isWanted(wanted, pipeline, readsAlike)
    ? null
    : no(`The record is in the pipeline ${said(pipeline)}, not in ${said(wanted)}.`);
}

function nameMatches(trigger: Trigger, event: TriggerEvent): TriggerMatch {
  return trigger["name"] === event.name
    ? { matches: true }
    : no(`The event is called ${said(event.name)}, not ${said(trigger["name"])}.`);
}

/** Without `automation` any failure counts. */
function failureMatches({ automation }: Trigger, { data: { run } }: TriggerEvent): TriggerMatch {
  if (automation === undefined || automation === "" || !isObject(run)) return { matches: true };
  return [run["automationId"], run["automation"]].includes(automation)
    ? { matches: true }
    : no(`This was a run of ${said(run["automation"])}, not of ${said(automation)}.`);
}

/** Starts that Millrace makes itself name the automation and the trigger they are for. */
function addressMatches(trigger: Trigger, { data, automationId }: TriggerEvent): TriggerMatch {
  const other =
    automationId !== undefined && data["automationId"] !== undefined && data["automationId"] !== automationId;
  if (other) return no("This start is for another automation.");
  // A button, or another automation, that names no trigger of its own means whichever there is.
  const named = data["triggerKey"] ?? trigger.kind;
  if ((trigger.kind === "manual" || trigger.kind === "automation") && named === trigger.kind) return { matches: true };
  return data["triggerKey"] === trigger.key
    ? { matches: true }
    : no(`This start is for the trigger ${said(data["triggerKey"])}.`);
}

/** `undefined` and `{ any: true }` want anything, `null` wants blank, a list one of its values. */
function isWanted(wanted: unknown, value: unknown, isSame: Same): boolean {
  if (wanted === undefined || (isObject(wanted) && wanted["any"] === true)) return true;
  if (wanted === null) return isBlank(value) || isSame(null, value);
  if (Array.isArray(wanted)) return wanted.some((each) => isWanted(each, value, isSame)) || isSame(wanted, value);
  return isSame(wanted, value) || (Array.isArray(value) && value.some((each) => readsAlike(wanted, each)));
}

type Same = (wanted: unknown, value: unknown) => boolean;
type Alike = (field: string, wanted: unknown, value: unknown) => boolean;

const readsAlikeIn: Alike = (_field, wanted, value) => readsAlike(wanted, value);

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Forms write text where a field holds a number or a yes: those are the same. */
function readsAlike(wanted: unknown, value: unknown): boolean {
  if (isBlank(wanted) || isBlank(value)) return isBlank(wanted) && isBlank(value);
  if (typeof wanted === typeof value) return canonicalJson(wanted) === canonicalJson(value);
  if (typeof wanted === "object" || typeof value === "object") return false;
  const numbers = typeof wanted === "number" || typeof value === "number";
  return numbers ? String(wanted).trim() !== "" && Number(wanted) === Number(value) : String(wanted) === String(value);
}

function wish({ from, to }: Trigger): string {
  const parts = [from === undefined ? "" : `from ${said(from)}`, to === undefined ? "" : `to ${said(to)}`];
  return parts.filter(Boolean).join(" ");
}

function said(value: unknown): string {
  if (isObject(value) && value["any"] === true) return "anything";
  if (Array.isArray(value)) return value.map(said).join(" or ");
  return isBlank(value) ? "nothing" : JSON.stringify(value);
}
