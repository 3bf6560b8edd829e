import { parse } from "csv-parse/sync";
import type { Cause } from "../../events/index.js";
import { type FieldError, invalid, messageOf } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import type { Host } from "../host.js";
import { type Known, knownObject } from "../objects/schema.js";
import type { Field } from "../record.js";
import { valueFromText } from "../values/csv-value.js";
import { createMany, updateMany } from "./bulk-write.js";
import { resolveLabels } from "./resolve-labels.js";

/** How many rows were written. A refused row is named by its line in the file (`line 13: amount`) and changes nothing. */
export type ImportResult = { created: number; updated: number; errors: FieldError[] };

const MAX_ROWS = 20_000;

/**
 * Imports records from CSV text. The first line names the fields, by name or label; a column `id` names records to change,
 * and rows without one are created. Text becomes each field's type; options may be given by label, users by e-mail, and
 * related records by what labels them. A row that is wrong is reported and the others are imported. 422 when the file as
 * a whole cannot be read or names an unknown field. Comma, semicolon and tab are understood.
 */
export async function importCsv(
  host: Host,
  workspaceId: string,
  object: string,
  text: string,
  cause: Cause,
): Promise<ImportResult> {
  const known = await knownObject(host, workspaceId, object);
  const [header = [], ...lines] = rowsOf(text);
  const columns = columnsOf(known, header);
  const rows = lines.map((cells, at) => ({ cells, path: `line ${at + 2}` }));
  const errors: FieldError[] = [];
  const drafts: { values: JsonObject; path: string; id: string | undefined }[] = [];
  for (const { cells, path } of rows) {
    const { values, id, faults } = readRow(columns, cells, path);
    errors.push(...faults);
    if (faults.length === 0) drafts.push({ values, path, id });
  }
  const right = await resolveLabels(host, workspaceId, known, drafts, errors);
  const made = await createMany(
    host,
    workspaceId,
    object,
    right.filter(({ id }) => id === undefined),
    cause,
  );
  const changes = right.flatMap(({ values, path, id }) => (id === undefined ? [] : [{ id, values, path }]));
  const changed = await updateMany(host, workspaceId, object, changes, cause);
  return { created: made.done, updated: changed.done, errors: [...errors, ...made.errors, ...changed.errors] };
}

function rowsOf(text: string): string[][] {
  const first = text.split("\n", 1)[0] ?? "";
  const delimiter = [";", "\t", ","].find((mark) => first.includes(mark)) ?? ",";
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, delimiter, skip_empty_lines: true, relax_column_count: true, trim: true });
  } catch (error) {
    throw invalid([{ path: "", message: `The file is not CSV: ${messageOf(error)}.` }]);
  }
  if (rows.length < 2)
    throw invalid([{ path: "", message: "The file needs a first line naming the fields and at least one more." }]);
  if (rows.length > MAX_ROWS + 1)
    throw invalid([{ path: "", message: `A file may have ${MAX_ROWS} rows; this one has ${rows.length - 1}.` }]);
  return rows;
}

function columnsOf(known: Known, header: string[]): (Field | "id")[] {
  const errors: FieldError[] = [];
  const columns = header.map((title): Field | "id" => {
    if (title.toLowerCase() === "id") return "id";
    const fields = [...known.fields.values()];
    const field =
      known.fields.get(title) ??
      fields.find(({ name, label }) => [name, label].some((one) => one.toLowerCase() === title.toLowerCase()));
    if (!field)
      errors.push({
        path: title.slice(0, 80),
        message: `${known.type.label} has no field "${title.slice(0, 80)}".${didYouMean(
          title.slice(0, 80),
          fields.map((one) => one.name),
        )}`,
      });
    return field ?? "id";
  });
  const twice = columns.find((column, at) => columns.indexOf(column) < at);
  if (twice && errors.length === 0)
    errors.push({
      path: typeof twice === "string" ? twice : twice.name,
      message: "Two columns are for the same field.",
    });
  if (errors.length > 0) throw invalid(errors);
  return columns;
}

function readRow(
  columns: (Field | "id")[],
  cells: string[],
  path: string,
): { values: JsonObject; id: string | undefined; faults: FieldError[] } {
  const values: JsonObject = {};
  const faults: FieldError[] = [];
  let id: string | undefined;
  if (cells.length > columns.length)
    faults.push({ path, message: `The line has ${cells.length} cells for ${columns.length} columns.` });
  columns.forEach((column, at) => {
    const cell = cells[at] ?? "";
    if (column === "id") id = cell || undefined;
    else {
      const read = valueFromText(column, cell);
      if ("fault" in read) faults.push({ path: `${path}.${column.name}`, message: read.fault });
      else values[column.name] = read.value;
    }
  });
  // A new record takes the default of a field whose cell is empty.
  if (id === undefined) for (const [name, value] of Object.entries(values)) if (value === null) delete values[name];
  return { values, id, faults };
}
