import type { Model, ModelStatic } from "sequelize";
import type { Columns } from "./columns.js";
import type { Row } from "./connection.js";
import { toColumn } from "./json-column.js";
import { columnsOf } from "./model.js";

/** A row as a driver handed it over, each column as it reads, and the rows that were included by their alias. */
export function readRow(
  row: Record<string, unknown>,
  columns: Columns,
  model: ModelStatic<Model>,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, stored] of Object.entries(row)) {
    const column = columns[name];
    const other = column ? undefined : model.associations[name]?.target;
    if (other) read[name] = readIncluded(stored, other);
    else read[name] = column && stored !== null && stored !== undefined ? column.reads(stored) : (stored ?? null);
  }
  return read;
}

/** Of a row that is not there a join makes one in which everything is null. */
function readIncluded(stored: unknown, model: ModelStatic<Model>): unknown {
  const row = Object.fromEntries(Object.entries(stored ?? {}));
  const isThere = Object.values(row).some((value) => value !== null);
  return isThere ? readRow(row, columnsOf(model), model) : null;
}

/** A new row as its columns hold it, with the defaults, once its values are found valid. */
export async function storedRow(values: object, columns: Columns, model: ModelStatic<Model>): Promise<Row> {
  const built = model.build({ ...values });
  await built.validate({ hooks: false });
  const row: Row = {};
  for (const [name, column] of Object.entries(columns)) {
    if (column.autoIncrement) continue;
    const value: unknown = built.get(name);
    row[name] = column.kind === "json" ? toColumn(value) : storable(value);
  }
  return row;
}

function storable(value: unknown): Row[string] {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Date || Buffer.isBuffer(value)) return value;
  throw new TypeError("A column that is no JSON holds a text, a number or a truth value.");
}
