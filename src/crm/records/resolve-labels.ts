import type { FieldError } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import { findRecords } from "../find/find-records.js";
import { getRecords } from "../find/get-record.js";
import type { Host } from "../host.js";
import { type Known, knownObject } from "../objects/schema.js";

/**
 * Replaces, in the relations of imported rows, what labels a record by its id, when exactly one record is called so. Rows
 * that name two records or none are taken out and reported. An id stays an id.
 */
export async function resolveLabels<T extends { values: JsonObject; path: string }>(
  host: Host,
  workspaceId: string,
  known: Known,
  rows: T[],
  errors: FieldError[],
): Promise<T[]> {
  const refused = new Set<T>();
  for (const field of known.fields.values()) {
    if (field.type !== "relation" || !field.relation) continue;
    const named = rows.filter(({ values }) => typeof values[field.name] === "string");
    const ids = await idsByName(host, workspaceId, field.relation, [
      ...new Set(named.map(({ values }) => String(values[field.name]))),
    ]);
    for (const row of named) {
      const name = String(row.values[field.name]);
      const found = ids.get(name) ?? [];
      if (found.length === 1) row.values[field.name] = found[0];
      else {
        const message =
          found.length === 0
            ? `There is no ${field.relation} "${name.slice(0, 80)}".`
            : `There are ${found.length} ${field.relation} records called "${name.slice(0, 80)}"; give the id.`;
        errors.push({ path: `${row.path}.${field.name}`, message });
        refused.add(row);
      }
    }
  }
  return rows.filter((row) => !refused.has(row));
}

async function idsByName(
  host: Host,
  workspaceId: string,
  object: string,
  names: string[],
): Promise<Map<string, string[]>> {
  const { type } = await knownObject(host, workspaceId, object);
  const found = new Map<string, string[]>();
  for (const id of (await getRecords(host, workspaceId, object, names)).keys()) found.set(id, [id]);
  const labels = names.filter((name) => !found.has(name));
  for (let start = 0; start < labels.length; start += 200) {
    const when = { fact: "record", path: type.labelField, operator: "in", value: labels.slice(start, start + 200) };
    const { records } = await findRecords(host, workspaceId, object, { when, limit: 1000 });
    for (const record of records) {
      const label = String(record.values[type.labelField]);
      found.set(label, [...(found.get(label) ?? []), record.id]);
    }
  }
  return found;
}
