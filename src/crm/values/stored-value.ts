import { fromColumn, type Param, type Row } from "../../db/index.js";
import { isAlike } from "../../rules/index.js";
import { iso } from "../../shared/clock.js";
import type { JsonObject } from "../../shared/json.js";
import { isMultiple, type Table } from "../objects/storage.js";
import type { Field, RecordRow } from "../record.js";

/** A field's value as its column holds it. */
function toStored(field: Field, value: unknown): Param {
  if (value === null || value === undefined) return null;
  switch (field.type) {
    case "boolean":
      return value ? 1 : 0;
    case "datetime":
      return Date.parse(String(value));
    case "multiSelect":
    case "json":
      return JSON.stringify(value);
    default:
      return value as Param;
  }
}

/** A stored value as everyone outside sees it. What does not fit the field's type (any more) reads as null. */
export function fromStored(field: Field, stored: unknown): unknown {
  if (field.type === "multiSelect") {
    const list = parsed(stored);
    return Array.isArray(list) ? list : [];
  }
  if (stored === null || stored === undefined) return null;
  switch (field.type) {
    case "number":
    case "money":
      return finite(stored);
    case "boolean":
      return Number(stored) === 1;
    case "datetime": {
      const instant = finite(stored);
      return instant === null ? null : iso(instant);
    }
    case "json":
      return parsed(stored);
    default:
      return typeof stored === "string" ? stored : null;
  }
}

/** A row of a bundled or custom object as a record. */
export function recordFrom(row: Row, object: string, fields: Iterable<Field>, table: Table): RecordRow {
  const custom = fromColumn<JsonObject>(row["custom"], {});
  const values: JsonObject = {};
  for (const field of fields) {
    values[field.name] = fromStored(field, table.columns.has(field.name) ? row[field.name] : custom[field.name]);
  }
  return {
    id: String(row["id"]),
    object,
    values,
    version: Number(row["version"]),
    createdAt: iso(Number(row["createdAt"])),
    updatedAt: iso(Number(row["updatedAt"])),
  };
}

/**
 * The columns to write for the values given by field: real ones by name, the others joined into `custom`, over what it
 * held before (a field removed from the workspace keeps its data). A blank takes no room there.
 */
export function columnsFrom(
  values: JsonObject,
  fields: Iterable<Field>,
  table: Table,
  customBefore: JsonObject = {},
): Row {
  const row: Row = {};
  const custom = { ...customBefore };
  let touched = false;
  for (const field of fields) {
    if (!Object.hasOwn(values, field.name)) continue;
    const value = values[field.name];
    if (table.columns.has(field.name)) {
      row[field.name] = toStored(field, value);
      continue;
    }
    touched = true;
    if (value === null || value === undefined) delete custom[field.name];
    else custom[field.name] = isMultiple(field.type) ? value : toStored(field, value);
  }
  if (touched) row["custom"] = JSON.stringify(custom);
  return row;
}

/** True when two values of a field mean the same, so that writing one over the other is no change: by the field's type. */
export function sameValue(field: Field | undefined, a: unknown, b: unknown): boolean {
  return a === b || isAlike(a, b, field?.type, "UTC");
}

function finite(stored: unknown): number | null {
  const number = typeof stored === "number" ? stored : Number(stored);
  return Number.isFinite(number) ? number : null;
}

function parsed(stored: unknown): unknown {
  if (typeof stored !== "string") return stored;
  try {
    return JSON.parse(stored);
  } catch {
    return null;
  }
}
