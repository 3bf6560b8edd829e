import type { Schema } from "./route.js";

/** A word or a sentence. */
export const text: Schema = { type: "string" };
export const id: Schema = { type: "string", maxLength: 64 };
export const instant: Schema = { type: "string", format: "date-time" };
export const count: Schema = { type: "integer" };
export const anything: Schema = {};
/** An object whose members depend on the data. */
export const open: Schema = { type: "object" };

/** Or null: of a schema with a type, and of any. */
export const maybe = (schema: Schema): Schema => ({ ...schema, type: [schema["type"], "null"] });
export const nullOr = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

/** An object that has all of these members, or those named. */
export const object = (properties: Record<string, Schema>, required: string[] = Object.keys(properties)): Schema => ({
  type: "object",
  properties,
  required,
});
export const list = (items: Schema): Schema => ({ type: "array", items });
