import { iso } from "../../shared/clock.js";
import type { JsonObject } from "../../shared/json.js";
import { bookkeepingOf } from "../objects/describe-model.js";
import type { Watched } from "../objects/watched.js";
import type { Field, RecordRow } from "../record.js";
import { fromStored } from "../values/stored-value.js";

/** A row of a host's model, by attribute, as a record. */
export function recordFromHost(watched: Watched, fields: Iterable<Field>, row: JsonObject): RecordRow {
  const own = bookkeepingOf(watched.model);
  const values: JsonObject = {};
  for (const field of fields) values[field.name] = outward(field, row[field.name]);
  const createdAt = instant(own.createdAt && row[own.createdAt]);
  const updatedAt = instant(own.updatedAt && row[own.updatedAt]) ?? createdAt ?? 0;
  return {
    id: String(row[own.key]),
    object: watched.options.object,
    values,
    version: versionOf(row, own, updatedAt),
    createdAt: iso(createdAt ?? 0),
    updatedAt: iso(updatedAt),
  };
}

/** The model's own version, else the instant of its last save: something that moves on with every write. */
function versionOf(row: JsonObject, own: { version?: string }, updatedAt: number): number {
  return own.version ? Number(row[own.version]) : updatedAt || 1;
}

function outward(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (field.type) {
    case "datetime": {
      const at = instant(value);
      return at === null ? null : iso(at);
    }
    case "date":
      return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
    case "number":
    case "money":
    case "boolean":
    case "json":
      return fromStored(field, value);
    default:
      return String(value);
  }
}

/** What the host's model takes for checked values: dates as Dates, foreign keys in their own type. */
export function toHostValues(watched: Watched, fields: ReadonlyMap<string, Field>, values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const type = fields.get(name)?.type;
      if (value === null || value === undefined) return [name, null];
      if (type === "datetime") return [name, new Date(String(value))];
      if (type === "relation" && isNumeric(watched, name)) return [name, Number(value)];
      return [name, value];
    }),
  );
}

/** True for an attribute that holds whole numbers: an id given as text is compared as a number there. */
export function isNumeric(watched: Watched, attribute: string): boolean {
  const type = watched.model.getAttributes()[attribute]?.type as { key?: string } | undefined;
  return /INT/.test(type?.key ?? "");
}

function instant(value: unknown): number | null {
  if (value === null || value === undefined || value === "") return null;
  const at = value instanceof Date ? value.getTime() : typeof value === "number" ? value : Date.parse(String(value));
  return Number.isNaN(at) ? null : at;
}
