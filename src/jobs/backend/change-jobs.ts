import type { JobParameters, RemoveJobsOptions } from "agenda";
import { marks } from "../../db/index.js";
import { everything, holdsData, whereNamed } from "./job-filter.js";
import { type FoundJob, lockToken } from "./job-row.js";
import { findRows, type JobTable, updateRows, type Where, writeApart } from "./job-table.js";

/** Removes the jobs that meet `options` and returns how many; options that name nothing remove nothing. */
export function removeJobs(table: JobTable, options: RemoveJobsOptions): Promise<number> {
  return changeMatching(table, options, (where) => deleteRows(table, where));
}

/** Removes every job, whatever it is doing. */
export function purgeAllJobs(table: JobTable): Promise<number> {
  return deleteRows(table, everything);
}

/** Keeps the jobs that meet `options` from being handed out (or lets them be again); returns how many were not so yet. */
export function setDisabled(table: JobTable, options: RemoveJobsOptions, disabled: boolean): Promise<number> {
  return changeMatching(table, options, ({ sql, params }) =>
    updateRows(table, { disabled }, { sql: `(${sql}) AND disabled = ?`, params: [...params, !disabled] }),
  );
}

type Locked = JobParameters & Pick<FoundJob, typeof lockToken>;

/** Lets go of a job that waits for its time. One that is past it (no `nextRunAt`) is running and keeps its lock. */
export async function unlockJob(table: JobTable, { _id: id, [lockToken]: token }: Locked): Promise<void> {
  if (!id) return;
  const mine = token === undefined ? { sql: "", params: [] } : { sql: " AND lockToken = ?", params: [token] };
  const where = { sql: `id = ? AND nextRunAt IS NOT NULL${mine.sql}`, params: [id, ...mine.params] };
  await updateRows(table, { lockedAt: null, lockToken: null }, where);
}

/** Lets go of these jobs, running or not. */
export async function unlockJobs(table: JobTable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await updateRows(
    table,
    { lockedAt: null, lockToken: null },
    { sql: `id IN (${marks(ids)})`, params: ids.map(String) },
  );
}

async function deleteRows(table: JobTable, { sql, params }: Where): Promise<number> {
  return (await writeApart(table, (tx) => table.db.run(`DELETE FROM millrace_jobs WHERE ${sql}`, params, tx))).changes;
}

/**
 * Changes the rows that meet `options`. With a filter on data the rows are read first; each is then changed only if its
 * data is still what was read.
 */
async function changeMatching(table: JobTable, options: RemoveJobsOptions, change: (where: Where) => Promise<number>) {
  const named = whereNamed(options);
  if (options.data === undefined) return named ? change(named) : 0;
  const rows = (await findRows(table, named ?? everything)).filter(holdsData(options.data));
  let changed = 0;
  for (let start = 0; start < rows.length; start += 200) {
    const chunk = rows.slice(start, start + 200);
    changed += await change({
      sql: chunk.map(() => "(id = ? AND data = ?)").join(" OR "),
      params: chunk.flatMap((row) => [row["id"] ?? null, row["data"] ?? null]),
    });
  }
  return changed;
}
