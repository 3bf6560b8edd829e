import type { EventRoom } from "../events/event.js";
import type { JsonObject } from "../shared/json.js";
import type { ObjectTable } from "./object-table.js";

/** The types a field may have; they decide validation, comparison and the form control. */
export type FieldType =
  | "text" | "longText" | "number" | "money" | "boolean" | "date" | "datetime" | "select" | "multiSelect"
  | "email" | "phone" | "url" | "user" | "relation" | "json";

/** One field of an object. `relation` names the object it points to; `options` the values of a select. */
export type Field = {
  name: string;
  label: string;
  type: FieldType;
  required?: boolean;
  readOnly?: boolean;
  custom?: boolean;
  unique?: boolean;
  relation?: string;
  options?: { value: string; label: string }[];
};

/** A kind of record: its names, the field that labels a record, its fields. `host`: a model of the embedding CRM. */
export type ObjectType = { name: string; label: string; plural: string; labelField: string; fields: Field[]; host: boolean; custom: boolean };

/** A record as everyone outside sees it. Dates are ISO text, money and numbers are numbers, relations and users are ids. */
export type RecordRow = { id: string; object: string; values: JsonObject; version: number; createdAt: string; updatedAt: string };

/** What the record model works with. */
export type Host = EventRoom & { objects: ObjectTable };
