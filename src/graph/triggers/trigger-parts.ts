import type { JsonObject } from "../../shared/json.js";

/** A value a trigger provides to conditions and templates, for the variable picker. */
type ProvidedFact = { path: string; title: string };

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

/** What most triggers provide. */
export const record: ProvidedFact = { path: "record", title: "The record, as it is now" };
/** The values before a change. */
export const old: ProvidedFact = { path: "old", title: "The values before the change" };
/** Which fields changed. */
export const changed: ProvidedFact = { path: "changed", title: "The names of the changed fields" };
/** The changes with both values. */
export const changes: ProvidedFact = {
  path: "trigger.changes",
  title: "Each changed field with its old and new value",
};
/** What every trigger provides. */
export const start: ProvidedFact[] = [
  { path: "trigger.kind", title: "What happened" },
  { path: "trigger.at", title: "When it happened" },
  { path: "trigger.actor", title: "Who did it" },
];

/** A config: exactly these members, the `required` ones present. */
export const config = (properties: JsonObject = {}, required: string[] = []): JsonObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
