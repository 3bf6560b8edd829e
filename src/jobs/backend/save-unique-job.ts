import { fromColumn, type Row } from "../../db/index.js";
import { canonicalJson, readPath } from "../../shared/json.js";
import { debounced } from "./debounce.js";
import { type FoundJob, isField, toJob, toParam } from "./job-row.js";
import { findRows, type JobTable, updateRows, type Where } from "./job-table.js";
import { holding, insertJob, keyOf, type Saving, settingsOf, untilSaved } from "./write-job.js";

/**
 * Saves a job that may exist once among those of its name that meet `unique` (`data.path` or a field of the job, equal
 * values). An existing one is updated, or with `insertOnly` returned as it is; `debounce` moves its time. Of many who
 * save it at once one inserts. Throws for a name in `unique` that is no field.
 */
export function saveUniqueJob(table: JobTable, saving: Saving, unique: Record<string, unknown>): Promise<FoundJob> {
  const { job } = saving;
  const { insertOnly, debounce } = job.uniqueOpts ?? {};
  const find = finder(table, job.name, unique);
  const uniqueKey = keyOf("unique", job.name, canonicalJson(unique));
  return untilSaved(job.name, async (tries) => {
    const now = table.clock.now();
    const row = await find();
    if (row && insertOnly && !debounce) return toJob(row);
    if (row) {
      const times = debounce ? debounced(debounce, now, toJob(row)) : { debounceStartedAt: null };
      const set = { ...settingsOf(saving), ...times };
      if (debounce?.strategy === "leading") delete set["nextRunAt"];
      const changed = await updateRows(table, set, { sql: "id = ?", params: [row["id"] ?? null] });
      return changed > 0 ? toJob({ ...row, ...set }) : null;
    }
    // Second time round with nothing found: the row that holds the key has been changed since and no longer meets `unique`.
    if (tries > 1) await updateRows(table, { uniqueKey: null }, holding(uniqueKey));
    return insertJob(table, saving, { uniqueKey, ...(debounce ? debounced(debounce, now, null) : {}) });
  });
}

/** Looks for the oldest row that meets `unique`: fields in the database, paths into the data here. */
function finder(table: JobTable, name: string, unique: Record<string, unknown>): () => Promise<Row | undefined> {
  const wheres: Where[] = [{ sql: "name = ?", params: [name] }];
  const paths: [path: string, value: string][] = [];
  for (const [key, value] of Object.entries(unique)) {
    if (key.startsWith("data.")) paths.push([key.slice("data.".length), canonicalJson(value ?? null)]);
    else if (key === "data") paths.push(["", canonicalJson(value ?? null)]);
    else if (!isField(key)) throw new Error(`Invalid unique constraint field: "${key}"`);
    else wheres.push(equals(key, toParam(key, value)));
  }
  const where = { sql: wheres.map(({ sql }) => sql).join(" AND "), params: wheres.flatMap(({ params }) => params) };
  const tail = `ORDER BY id${paths.length === 0 ? " LIMIT 1" : ""}`;
  return async () => {
    const rows = await findRows(table, where, tail);
    return rows.find((row) => {
      const data = fromColumn<unknown>(row["data"], null);
      return paths.every(([path, value]) => canonicalJson(readPath(data, path) ?? null) === value);
    });
  };
}

function equals(column: string, value: Row[string]): Where {
  return value === null ? { sql: `${column} IS NULL`, params: [] } : { sql: `${column} = ?`, params: [value ?? null] };
}
