import { durationMs, isDuration } from "../../shared/duration.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import { readSchedule } from "../../shared/schedule.js";
import { timeOfDay } from "../../shared/schedule-every.js";
import type { Trigger } from "../document.js";
import { triggerKinds } from "./trigger-kinds.js";

/** What a check needs to know of the document's object; the record model's description has this shape. */
export type TriggerObject = {
  name: string;
  label: string;
  fields: { name: string; type: string; options?: { value: string }[] }[];
};

/** Members of every trigger, beside those of its kind. */
const common = ["key", "kind", "when", "inputs", "note"];

const LONGEST_OFFSET_MS = 36_525 * 86_400_000;

type Wrong = (path: string, message: string) => void;

/**
 * Everything wrong with a trigger of a document on `object` (null: the global context), by path from the trigger
 * (`fields[0]`, `cron`). Its `when` and `inputs` are checked where rules and templates are known.
 */
export function checkTrigger(trigger: Trigger, object: TriggerObject | null): FieldError[] {
  const errors: FieldError[] = [];
  const wrong: Wrong = (path, message) => errors.push({ path, message });
  const kind = triggerKinds.get(trigger.kind);
  if (!kind)
    return [
      {
        path: "kind",
        message: `"${trigger.kind}" is not a kind of trigger.${didYouMean(trigger.kind, [...triggerKinds.keys()])}`,
      },
    ];
  if (kind.needsObject && !object) {
    return [
      {
        path: "kind",
        message: `"${kind.label}" needs a record: choose an object for this automation, or another trigger.`,
      },
    ];
  }
  checkShape(trigger, kind.config, wrong);
  if (errors.length > 0) return errors;
  checks[trigger.kind]?.(trigger, object, wrong);
  return errors;
}

/** The schema of a config is a flat list of members, so that three rules cover it. */
function checkShape(trigger: Trigger, config: JsonObject, wrong: Wrong): void {
  const members = config["properties"] as Record<string, JsonObject>;
  for (const name of Object.keys(trigger)) {
    if (members[name] || common.includes(name)) continue;
    wrong(name, `"${name}" is not something a ${trigger.kind} trigger knows.${didYouMean(name, Object.keys(members))}`);
  }
  for (const name of config["required"] as string[]) {
    if (trigger[name] === undefined || trigger[name] === "") wrong(name, `"${name}" is missing.`);
  }
  for (const [name, schema] of Object.entries(members)) {
    const value = trigger[name];
    if (value === undefined) continue;
    const items = Array.isArray(value) ? (schema["items"] as JsonObject | undefined) : undefined;
    if (!isOf(value, schema)) wrong(name, wanted(value, schema));
    else
      for (const [index, item] of items ? (value as unknown[]).entries() : [])
        if (!isOf(item, items ?? {})) wrong(`${name}[${index}]`, wanted(item, items ?? {}));
  }
}

function isOf(value: unknown, schema: JsonObject): boolean {
  const choices = (schema["enum"] ??
    (typeof value === "string" ? (schema["items"] as JsonObject | undefined)?.["enum"] : undefined)) as
    | unknown[]
    | undefined;
  if (choices) return choices.includes(value);
  if (schema["type"] === undefined) return true;
  const name = Array.isArray(value)
    ? "array"
    : value === null
      ? "null"
      : Number.isInteger(value)
        ? "integer"
        : typeof value;
  return (
    [schema["type"]].flat().includes(name) && !(typeof value === "number" && value < Number(schema["minimum"] ?? value))
  );
}

function wanted(value: unknown, schema: JsonObject): string {
  const choices = (schema["enum"] ?? (schema["items"] as JsonObject | undefined)?.["enum"]) as string[] | undefined;
  if (choices)
    return `${JSON.stringify(value)} is not one of ${choices.join(", ")}.${didYouMean(String(value), choices).replace(/ Known:.*/, "")}`;
  const more = schema["minimum"] === undefined ? "" : ` of at least ${schema["minimum"]}`;
  return `This must be ${[schema["type"]].flat().join(" or ")}${more}, not ${JSON.stringify(value)}.`;
}

const checks: Record<string, (trigger: Trigger, object: TriggerObject | null, wrong: Wrong) => void> = {
  "record.updated"(trigger, object, wrong) {
    const fields = (trigger["fields"] ?? []) as string[];
    for (const [index, field] of fields.entries()) checkField(`fields[${index}]`, field, object, wrong);
    for (const side of ["from", "to"] as const) {
      if (trigger[side] === undefined) continue;
      if (fields.length === 0) wrong(side, `Name the field in fields that ${side} is about.`);
      checkValue(side, trigger[side], fields, object, wrong);
    }
  },
  "stage.changed"(trigger, object, wrong) {
    if (!object?.fields.some(({ name }) => name === "stage")) wrong("kind", `${object?.label} has no stages.`);
    for (const side of ["from", "to"] as const) checkValue(side, trigger[side], ["stage"], object, wrong);
    checkValue("pipeline", trigger["pipeline"] || undefined, ["pipeline"], object, wrong);
  },
  date(trigger, object, wrong) {
    const name = String(trigger["field"]);
    checkField("field", name, object, wrong);
    const field = object?.fields.find((each) => each.name === name);
    if (field && field.type !== "date" && field.type !== "datetime")
      wrong("field", `"${name}" holds ${field.type}, not a date.`);
    const { offset, time } = trigger as { offset?: string; time?: string };
    const length = offset?.trim().replace(/^[+-]/, "");
    if (length !== undefined && !isDuration(length)) {
      wrong("offset", `"${offset}" is not an offset. Write it as -60d, 0d, +2w or -2h.`);
    } else if (length !== undefined && !(durationMs(length) <= LONGEST_OFFSET_MS)) {
      wrong("offset", "An offset is a hundred years at most.");
    }
    if (time !== undefined && timeOfDay(time) === null)
      wrong("time", `"${time}" is not a time of day. Write it as 09:00.`);
  },
  schedule(trigger, object, wrong) {
    for (const { path, message } of readSchedule(trigger).errors) wrong(path, message);
    const own = trigger["object"];
    if (own !== undefined && own !== object?.name) {
      wrong(
        "object",
        object
          ? `This automation is on ${object.name}; leave object out.`
          : `Choose ${String(own)} as the object of this automation.`,
      );
    }
    if (object && trigger.when) checkRecordOnly(trigger.when, "when", wrong);
  },
  event(trigger, _object, wrong) {
    if (!/^[A-Za-z][\w.:-]{0,119}$/.test(String(trigger["name"])))
      wrong("name", "An event name is letters, digits and . : _ - (order.shipped).");
  },
  automation({ on, automation }, _object, wrong) {
    if (automation !== undefined && on !== "failed")
      wrong("automation", 'Only failures can be limited to an automation: add "on": "failed", or leave it out.');
  },
  manual(trigger, object, wrong) {
    const offered = [trigger["availability"] ?? []].flat();
    if (!object && offered.some((where) => where !== "global"))
      wrong("availability", "A global automation has no record to start it from; use global.");
  },
};

function checkField(path: string, name: string, object: TriggerObject | null, wrong: Wrong): void {
  const known = object?.fields.map((field) => field.name) ?? [];
  if (!known.includes(name)) wrong(path, `There is no field "${name}" on ${object?.name}.${didYouMean(name, known)}`);
}

/** A value to match must be one the field can have: an option of a select, a number, a day. */
function checkValue(path: string, value: unknown, fields: string[], object: TriggerObject | null, wrong: Wrong): void {
  if (isObject(value)) {
    if (value["any"] !== true) wrong(path, "Write a value, a list of values, null for blank, or { any: true }.");
    return;
  }
  const [only] = fields;
  const field = fields.length === 1 ? object?.fields.find(({ name }) => name === only) : undefined;
  if (!field || value === undefined || value === null) return;
  for (const each of [value].flat()) {
    const fault = each === null ? null : faultOf(each, field, object?.name ?? "");
    if (fault) wrong(path, fault);
  }
}

function faultOf(value: unknown, { name, type, options = [] }: TriggerObject["fields"][number], object: string) {
  const said = JSON.stringify(value) ?? "";
  if (options.length > 0) {
    const known = options.map((option) => option.value);
    if (known.includes(String(value))) return null;
    return `"${String(value)}" is not a ${name} of ${object}.${didYouMean(String(value), known)}`;
  }
  if (type === "number" || type === "money") {
    const isNumber = typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value.trim()));
    return isNumber ? null : `${said} is not a number, and ${name} holds numbers.`;
  }
  if (type === "boolean") return typeof value === "boolean" ? null : `${said} is neither true nor false.`;
  if (type === "date" || type === "datetime") {
    const isDate = typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value));
    return isDate ? null : `${said} is not a date. Write it as 2027-03-14.`;
  }
  return typeof value === "string" || typeof value === "number" ? null : `${said} is not a value of ${name}.`;
}

/** The filter of a schedule on records chooses them in the database, before there is any other fact. */
function checkRecordOnly(tree: JsonObject, path: string, wrong: Wrong): void {
  if (typeof tree["fact"] === "string" && tree["fact"] !== "record") {
    wrong(
      path,
      `The filter of a schedule chooses records; it cannot read "${tree["fact"]}". Move that to the conditions.`,
    );
  }
  for (const operator of ["all", "any"] as const) {
    const inner = tree[operator];
    if (Array.isArray(inner))
      for (const [index, each] of inner.entries())
        if (isObject(each)) checkRecordOnly(each, `${path}.${operator}[${index}]`, wrong);
  }
  if (isObject(tree["not"])) checkRecordOnly(tree["not"], `${path}.not`, wrong);
}
