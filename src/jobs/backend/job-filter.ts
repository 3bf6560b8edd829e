import type { JobsQueryOptions, RemoveJobsOptions } from "agenda";
import { fromColumn, marks, type Row } from "../../db/index.js";
import { contains } from "./contains.js";
import type { Where } from "./job-table.js";

/** The part of a filter both kinds of options share and the database decides. */
type Named = Pick<RemoveJobsOptions, "id" | "ids" | "name" | "names" | "notNames">;

/** Everything: for queries without a filter. */
export const everything: Where = { sql: "1 = 1", params: [] };

/**
 * The condition on ids and names, or null when there is none. As in Agenda's own backends an id goes before ids, and a
 * name before names before the names to leave out; empty lists count as not given.
 */
export function whereNamed(options: Named): Where | null {
  const ids = options.id ? [options.id] : (options.ids ?? []);
  const parts: Where[] = ids.length > 0 ? [oneOf("id", ids)] : [];
  if (options.name) parts.push(oneOf("name", [options.name]));
  else if (options.names?.length) parts.push(oneOf("name", options.names));
  else if (options.notNames?.length)
    parts.push({ sql: `name NOT IN (${marks(options.notNames)})`, params: [...options.notNames] });
  return parts.length > 0 ? every(parts) : null;
}

/** The condition of a query that the database decides: ids, names and `includeDisabled`. */
export function whereQueried(options: JobsQueryOptions): Where {
  const parts = [
    whereNamed(options),
    options.includeDisabled === false ? { sql: "disabled = ?", params: [false] } : null,
  ];
  return every(parts.filter((part) => part !== null));
}

/** A test of rows by their data; JSON in SQL differs too much between dialects to decide it there. */
export function holdsData(wanted: unknown): (row: Row) => boolean {
  const plain: unknown = JSON.parse(JSON.stringify(wanted));
  return (row) => contains(fromColumn<unknown>(row["data"], null), plain);
}

function oneOf(column: string, values: readonly string[]): Where {
  return { sql: `${column} IN (${marks(values)})`, params: values.map(String) };
}

function every(parts: Where[]): Where {
  if (parts.length === 0) return everything;
  return { sql: parts.map((part) => part.sql).join(" AND "), params: parts.flatMap((part) => part.params) };
}
