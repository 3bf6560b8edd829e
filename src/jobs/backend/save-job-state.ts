import type { JobParameters, JobRepositoryOptions } from "agenda";
import { type FoundJob, lockToken } from "./job-row.js";
import { type JobTable, updateRows } from "./job-table.js";
import { columnsOf } from "./write-job.js";

/** What the worker that runs a job keeps up to date. */
const STATE = [
  "nextRunAt",
  "lockedAt",
  "lastRunAt",
  "lastFinishedAt",
  "failedAt",
  "failCount",
  "failReason",
  "progress",
] as const;

/**
 * Stores how a running job is doing. A job that came from a lock is stored only while that lock holds: a worker that was
 * slower than its lock cannot overwrite the one that has the job now. Throws when the job is gone or taken.
 */
export async function saveJobState(
  table: JobTable,
  job: JobParameters & Pick<FoundJob, typeof lockToken>,
  options: JobRepositoryOptions | undefined,
): Promise<void> {
  if (!job._id) throw new Error("Cannot save job state without job ID");
  const token = job[lockToken];
  const set = {
    ...columnsOf(job, STATE),
    ...(job.lockedAt ? {} : { lockToken: null }),
    lastModifiedBy: options?.lastModifiedBy ?? null,
  };
  const fence = token === undefined ? { sql: "", params: [] } : { sql: " AND lockToken = ?", params: [token] };
  const where = { sql: `id = ? AND name = ?${fence.sql}`, params: [job._id, job.name, ...fence.params] };
  if ((await updateRows(table, set, where)) === 0) {
    throw new Error(
      `job ${job._id} (name: ${job.name}) cannot be updated in the database, maybe it does not exist anymore?`,
    );
  }
}
