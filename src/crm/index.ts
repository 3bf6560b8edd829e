export type { Actor, Ancestor, Cause, FieldChange } from "../events/event.js";
export type { Field, FieldType, Host, ObjectType, RecordRow } from "./record.js";
