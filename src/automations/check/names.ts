import type { Field, ObjectType } from "../../crm/index.js";
import { isObject, type JsonObject } from "../../shared/json.js";

/** Names templates may use: full dotted paths, and paths below which anything may lie. Lists are passed through: an item's names stand at the list's own path. */
export type Names = { paths: string[]; open: string[] };

/** Several as one. */
export function joined(...names: Names[]): Names {
  return { paths: names.flatMap(({ paths }) => paths), open: names.flatMap(({ open }) => open) };
}

/** The names of `names` at or below `from`, standing at `to` instead. */
export function moved(names: Names, from: string, to: string): Names {
  const move = (list: string[]) =>
    list.filter((one) => one === from || one.startsWith(`${from}.`)).map((one) => to + one.slice(from.length));
  return { paths: move(names.paths), open: move(names.open) };
}

/** What a JSON Schema says may be read at `at`; what it does not describe is open. */
export function namesOfSchema(at: string, schema: unknown): Names {
  if (!isObject(schema)) return { paths: [], open: [at] };
  if (isObject(schema["items"])) return joined({ paths: [at], open: [] }, namesOfSchema(at, schema["items"]));
  const { properties } = schema;
  if (isObject(properties) && Object.keys(properties).length > 0) {
    const below = Object.entries(properties).map(([name, inner]) => namesOfSchema(`${at}.${name}`, inner));
    return joined({ paths: [at], open: schema["additionalProperties"] === true ? [at] : [] }, ...below);
  }
  return isScalar(schema) ? { paths: [at], open: [] } : { paths: [], open: [at] };
}

/** What may be read of a value that is known: of an object its members, of a list its first item's. */
export function namesOfValue(at: string, value: unknown): Names {
  if (Array.isArray(value)) return joined({ paths: [at], open: [] }, namesOfValue(at, value[0] ?? {}));
  if (typeof value === "string" && value.includes("{{")) return { paths: [], open: [at] };
  if (!isObject(value)) return { paths: [at], open: [] };
  const below = Object.entries(value).map(([name, inner]) => namesOfValue(`${at}.${name}`, inner));
  return below.length > 0 ? joined({ paths: [at], open: [] }, ...below) : { paths: [], open: [at] };
}

/** The values of an object's records as a JSON Schema, as far as names go: relations are ids. */
export function schemaOfValues({ fields }: ObjectType): JsonObject {
  const ofField = ({ type }: Field): JsonObject => (type === "json" ? {} : { type: "string" });
  return { type: "object", properties: Object.fromEntries(fields.map((field) => [field.name, ofField(field)])) };
}

function isScalar({ type, enum: options, const: constant }: JsonObject): boolean {
  const types = Array.isArray(type) ? type : [type];
  if (type === undefined) return Array.isArray(options) || constant !== undefined;
  return types.every((one) => one !== "object" && one !== "array");
}
