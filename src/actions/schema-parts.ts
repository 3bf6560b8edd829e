import type { JsonObject } from "../shared/json.js";

/** A config: exactly these members, the `required` ones present. */
export function configOf(properties: JsonObject, required: string[] = []): JsonObject {
  return { type: "object", properties, required, additionalProperties: false };
}

/** An output, for the variable picker: what later steps find under `steps.<key>.output`. */
export function outputOf(properties: JsonObject): JsonObject {
  return { type: "object", properties };
}

/** When a wait ended. */
export const resumedPart: JsonObject = { type: "string", format: "date-time", title: "When it went on" };

/** The output of a step that waits for somebody or something: what came or, when nothing did, that the time ran out. */
export function waitOutputOf(properties: JsonObject): JsonObject {
  const timedOut = { type: "boolean", title: "Whether the time ran out first" };
  return outputOf({ ...properties, timedOut, resumedAt: resumedPart });
}

/** The record a step is about: nothing (the run's own), its id, or `{ object, id }` for any other. */
export const recordPart: JsonObject = {
  title: "Record",
  description: "Which record. Leave it empty for the record this automation runs for.",
  type: ["string", "object"],
  properties: { object: { type: "string" }, id: { type: "string" } },
  required: ["id"],
  "x-hint": "record",
};

/** Field values by field name. */
export const valuesPart: JsonObject = {
  title: "Fields",
  description: "The fields to write and their values.",
  type: "object",
  minProperties: 1,
  "x-hint": "values",
};

/** The name of an object, such as `deal`. */
export const objectPart: JsonObject = { title: "Object", type: "string", minLength: 1, "x-hint": "object" };

/** What a step that made, changed or read one record tells later steps. */
export const recordOutput: JsonObject = {
  id: { type: "string", title: "Record id", "x-hint": "record" },
  object: { type: "string", title: "Object", "x-hint": "object" },
  values: { type: "object", title: "Values after the step", "x-hint": "values" },
};

/** A record as it was read. */
export const recordRead: JsonObject = {
  ...recordOutput,
  values: { type: "object", title: "Values", "x-hint": "values" },
  version: { type: "integer", title: "Version" },
  createdAt: { type: "string", format: "date-time", title: "Created" },
  updatedAt: { type: "string", format: "date-time", title: "Last changed" },
};

/** One user, by id or e-mail address. */
export const userPart: JsonObject = { title: "User", type: "string", minLength: 1, "x-hint": "user" };

/** Several users, by id or e-mail address. */
export const usersPart: JsonObject = {
  title: "Users",
  description: "By id or e-mail address; one, or a list.",
  type: ["array", "string"],
  items: { type: "string", minLength: 1 },
  minItems: 1,
  minLength: 1,
  "x-hint": "user",
};

/** Everybody with a role. */
export const rolePart: JsonObject = { title: "Role", enum: ["admin", "editor", "operator", "viewer"] };

/** The config of linking and unlinking. */
export const linkPart: JsonObject = configOf(
  {
    record: recordPart,
    relation: {
      title: "Relation",
      description: "How the two are connected, such as `attendee`.",
      type: "string",
      minLength: 1,
    },
    to: {
      ...recordPart,
      title: "Other record",
      description: "The record at the other end.",
      type: "object",
      required: ["object", "id"],
    },
  },
  ["relation", "to"],
);

/** What linking and unlinking tell later steps. */
export const linkOutput: JsonObject = {
  record: { type: "object", title: "Record", "x-hint": "record" },
  relation: { type: "string", title: "Relation" },
  to: { type: "object", title: "Other record", "x-hint": "record" },
};

/** The config of list membership. */
export const listPart: JsonObject = configOf(
  {
    list: { title: "List", description: "The list, by name or id.", type: "string", minLength: 1, "x-hint": "list" },
    record: recordPart,
  },
  ["list"],
);

/** What list membership tells later steps. */
export const listOutput: JsonObject = {
  list: { type: "string", title: "List", "x-hint": "list" },
  record: { type: "object", title: "Record", "x-hint": "record" },
};
