import type { JsonObject } from "../shared/json.js";

/** A value a trigger provides to conditions and templates, for the variable picker. */
export type ProvidedFact = { path: string; title: string };

/**
 * A kind of trigger. `config` is a JSON Schema of the members beside `key`, `kind`, `when` and `inputs`; it drives the
 * form by `title`, `description` and `x-hint` (`field`, `fieldValue`, `stage`, `pipeline`, `cron`, `interval`, `days`,
 * `time`, `timezone`, `offset`, `instant`, `event`). `needsObject`: not valid in the global context.
 */
export type TriggerKind = {
  kind: string;
  module: "records" | "pipelines" | "time" | "events" | "people";
  label: string;
  description: string;
  needsObject: boolean;
  config: JsonObject;
  facts: ProvidedFact[];
};

const record: ProvidedFact = { path: "record", title: "The record, as it is now" };
const old: ProvidedFact = { path: "old", title: "The values before the change" };
const changed: ProvidedFact = { path: "changed", title: "The names of the changed fields" };
const changes: ProvidedFact = { path: "trigger.changes", title: "Each changed field with its old and new value" };
const start: ProvidedFact[] = [
  { path: "trigger.kind", title: "What happened" },
  { path: "trigger.at", title: "When it happened" },
  { path: "trigger.actor", title: "Who did it" },
];

const config = (properties: JsonObject = {}, required: string[] = []): JsonObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

/** `from` and `to` in all their spellings: a value, a list of them, null for blank, `{ any: true }`. */
const value = (title: string, description: string, hint = "fieldValue"): JsonObject => ({
  title,
  description,
  "x-hint": hint,
});

const fields: JsonObject = {
  title: "Fields",
  description: "Fires when one of these changes; empty means any field.",
  type: "array",
  items: { type: "string", "x-hint": "field" },
};

const timezone: JsonObject = {
  title: "Time zone",
  description: "Such as Europe/Berlin; else the automation's, else the workspace's.",
  type: "string",
  "x-hint": "timezone",
};

const kinds: TriggerKind[] = [
  {
    kind: "record.created",
    module: "records",
    label: "Record created",
    description: "A record was created, with all values of the same transaction.",
    needsObject: true,
    config: config(),
    facts: [record, ...start, changes],
  },
  {
    kind: "record.updated",
    module: "records",
    label: "Record updated",
    description: "A field really changed its value.",
    needsObject: true,
    config: config({
      fields,
      from: value("From", "The value before: a value, a list of values, blank, or anything."),
      to: value("To", "The value after: a value, a list of values, blank, or anything."),
      onCreate: {
        title: "Also when created",
        description: "A new record with such a value counts as changed.",
        type: "boolean",
      },
      becomes: {
        title: "Only when it becomes true",
        description: "Fires only when the filter and the conditions turn from false to true.",
        type: "boolean",
      },
    }),
    facts: [record, old, changed, ...start, changes],
  },
  {
    kind: "record.saved",
    module: "records",
    label: "Record created or updated",
    description: "A record was created or updated; both look alike.",
    needsObject: true,
    config: config(),
    facts: [record, old, changed, ...start, changes],
  },
  {
    kind: "record.deleted",
    module: "records",
    label: "Record deleted",
    description: "A record was deleted; its last values are kept.",
    needsObject: true,
    config: config(),
    facts: [{ path: "record", title: "The record's last values" }, ...start],
  },
  {
    kind: "record.restored",
    module: "records",
    label: "Record restored",
    description: "A deleted record came back.",
    needsObject: true,
    config: config(),
    facts: [record, ...start],
  },
  {
    kind: "stage.changed",
    module: "pipelines",
    label: "Stage changed",
    description: "A record moved to another stage of its pipeline.",
    needsObject: true,
    config: config({
      pipeline: { title: "Pipeline", description: "Empty means every pipeline.", type: "string", "x-hint": "pipeline" },
      from: value("From stage", "The stage before; empty means any.", "stage"),
      to: value("To stage", "The stage after; empty means any.", "stage"),
    }),
    facts: [record, old, changed, ...start, changes],
  },
  {
    kind: "date",
    module: "time",
    label: "Date reached",
    description:
      "A date of the record is reached, or is so long before or after. Moves with the date; once for each date.",
    needsObject: true,
    config: config(
      {
        field: { title: "Date field", type: "string", "x-hint": "field", "x-types": ["date", "datetime"] },
        offset: {
          title: "Before or after",
          description: "-60d, 0d, +2w, -2h.",
          type: "string",
          default: "0d",
          "x-hint": "offset",
        },
        time: { title: "Time of day", description: "Such as 09:00.", type: "string", "x-hint": "time" },
        repeat: { title: "Every year", enum: ["yearly"] },
        shift: {
          title: "On a weekend",
          enum: ["previous business day", "next business day", "nearest business day"],
        },
      },
      ["field"],
    ),
    facts: [record, { path: "trigger.data.tick", title: "The date that was reached" }, ...start],
  },
  {
    kind: "schedule",
    module: "time",
    label: "On a schedule",
    description: "At fixed times. On records it takes every one that meets the filter; else it starts once.",
    needsObject: false,
    config: config({
      cron: {
        title: "Cron expression",
        description: "Five fields: minute hour day month weekday.",
        type: "string",
        "x-hint": "cron",
      },
      every: {
        title: "Every",
        description: "15m, 2h, 1d, 2w, or day, weekday, week, month, year.",
        type: "string",
        "x-hint": "interval",
      },
      on: {
        title: "On",
        description: 'Weekdays, days of the month (1 to 31, "last") or MM-DD.',
        type: ["array", "string", "integer"],
        items: { type: ["string", "integer"] },
        "x-hint": "days",
      },
      at: {
        title: "At",
        description: "09:00, or several times.",
        type: ["array", "string"],
        items: { type: "string" },
        "x-hint": "time",
      },
      timezone,
      start: {
        title: "From",
        description: "A date or an instant; intervals count from it.",
        type: "string",
        "x-hint": "instant",
      },
      until: { title: "Until", description: "A date or an instant, inclusive.", type: "string", "x-hint": "instant" },
      times: { title: "At most so many times", type: "integer", minimum: 1 },
      catchUp: {
        title: "If it was missed",
        description: "none: leave it out. one: make up for it once. all: make up for each, a hundred at most.",
        enum: ["none", "one", "all"],
        default: "one",
      },
      object: { title: "Object", type: "string", "x-hint": "object" },
    }),
    facts: [record, { path: "trigger.data.tick", title: "The planned instant" }, ...start],
  },
  {
    kind: "event",
    module: "events",
    label: "Named event",
    description: "The application emitted an event of this name.",
    needsObject: false,
    config: config(
      { name: { title: "Event name", description: "Such as order.shipped.", type: "string", "x-hint": "event" } },
      ["name"],
    ),
    facts: [record, { path: "trigger.data", title: "What the event carries" }, ...start],
  },
  {
    kind: "manual",
    module: "people",
    label: "Started by hand",
    description: "A person presses a button, or the API starts it. Always there.",
    needsObject: false,
    config: config({
      availability: {
        title: "Offered",
        description: "On one record, on selected records, or without a record.",
        type: ["array", "string"],
        items: { enum: ["record", "bulk", "global"] },
      },
      label: { title: "Button text", type: "string" },
      icon: { title: "Icon", type: "string" },
      confirm: { title: "Question before it starts", type: ["string", "boolean"] },
    }),
    facts: [record, { path: "inputs", title: "What the person filled in" }, ...start],
  },
];

const byName = new Map(kinds.map((kind) => [kind.kind, kind]));

/** The kinds of trigger by name. */
export const triggerKinds: ReadonlyMap<string, TriggerKind> = byName;

/** Every kind of trigger as the API lists them, of one module or of all. */
export function triggerRegistry(module?: string): TriggerKind[] {
  return kinds.filter((kind) => module === undefined || kind.module === module);
}
