import type { JsonObject } from "../shared/json.js";

/** The types a field may have; they decide validation, comparison and the form control. */
export type FieldType =
  | "text"
  | "longText"
  | "number"
  | "money"
  | "boolean"
  | "date"
  | "datetime"
  | "select"
  | "multiSelect"
  | "email"
  | "phone"
  | "url"
  | "user"
  | "relation"
  | "json";

/** One value of a select field. */
export type Option = { value: string; label: string };

/**
 * One field of an object. `relation` names the object it points to; `options` the values of a select; `default` is the
 * value of a new record that names none. `maxLength` counts characters.
 */
export type Field = {
  name: string;
  label: string;
  type: FieldType;
  required?: boolean;
  readOnly?: boolean;
  custom?: boolean;
  unique?: boolean;
  relation?: string;
  options?: Option[];
  default?: unknown;
  maxLength?: number;
};

/** A kind of record: its names, the field that labels a record, its fields. `host`: a model of the embedding CRM. */
export type ObjectType = {
  name: string;
  label: string;
  plural: string;
  labelField: string;
  fields: Field[];
  host: boolean;
  custom: boolean;
};

/** A record as everyone outside sees it. Dates are ISO text, money and numbers are numbers, relations and users are ids. */
export type RecordRow = {
  id: string;
  object: string;
  values: JsonObject;
  version: number;
  createdAt: string;
  updatedAt: string;
};

/**
 * One field a verb wrote, kept for undo. `field` is null for a whole record: `before` is then undefined when the verb
 * made it, `after` undefined when the verb deleted it.
 */
export type RecordWrite = { object: string; recordId: string; field: string | null; before: unknown; after: unknown };

/** The snapshot rules and templates read: the values by field name, with the record's id and stamps beside them. */
export function factsOf(record: RecordRow): JsonObject {
  const { id, values, version, createdAt, updatedAt } = record;
  return { id, ...values, version, createdAt, updatedAt };
}
