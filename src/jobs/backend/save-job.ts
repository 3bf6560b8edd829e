import type { FoundJob } from "./job-row.js";
import { toJob, toParam } from "./job-row.js";
import { findRows, type JobTable, updateRows } from "./job-table.js";
import { getJobById } from "./query-jobs.js";
import { saveUniqueJob } from "./save-unique-job.js";
import { columnsOf, holding, insertJob, keyOf, type Saving, settingsOf, untilSaved } from "./write-job.js";

/** Set only when the job says so: `job.fail(reason).save()`. */
const FAILURE = ["failReason", "failCount", "failedAt"] as const;

/**
 * Saves a job and returns it as stored: by its id, by its name when it is `single`, by what `unique` names, or else as a
 * new one. A job whose id is gone comes back as it was given. What a worker keeps (lock, progress, last run) is not
 * touched on a row that exists.
 */
export async function saveJob(table: JobTable, saving: Saving): Promise<FoundJob | Saving["job"]> {
  const { job } = saving;
  if (job._id) return (await saveById(table, saving, job._id)) ?? job;
  if (job.type === "single") return saveSingle(table, saving);
  if (job.unique) return saveUniqueJob(table, saving, job.unique);
  const saved = await insertJob(table, saving);
  return saved ?? job;
}

/** A row that stops being `single` gives its name free. */
async function saveById(table: JobTable, saving: Saving, id: string): Promise<FoundJob | null> {
  const { job } = saving;
  const single = keyOf("single", job.name);
  const failure = FAILURE.filter((field) => job[field] !== undefined);
  const set = {
    ...settingsOf(saving),
    ...columnsOf(job, failure),
    ...(job.type === "single" ? { uniqueKey: single } : {}),
  };
  const release = job.type === "single" ? [] : [{ sql: "uniqueKey = NULLIF(uniqueKey, ?)", params: [single] }];
  const changed = await updateRows(table, set, { sql: "id = ? AND name = ?", params: [id, job.name] }, release);
  return changed > 0 ? getJobById(table, id) : null;
}

/**
 * At most one `single` job of a name: updated, else inserted. A `nextRunAt` that is not in the future gives way to the
 * one stored, so that starting up does not ring a bell that is set for later.
 */
function saveSingle(table: JobTable, saving: Saving): Promise<FoundJob> {
  const { name, nextRunAt } = saving.job;
  const uniqueKey = keyOf("single", name);
  const keeps = nextRunAt !== null && nextRunAt.getTime() <= table.clock.now();
  const { nextRunAt: _, ...others } = settingsOf(saving);
  return untilSaved(name, async () => {
    const next = {
      sql: keeps ? "nextRunAt = COALESCE(nextRunAt, ?)" : "nextRunAt = ?",
      params: [toParam("nextRunAt", nextRunAt)],
    };
    const changed = await updateRows(table, others, holding(uniqueKey), [next]);
    if (changed === 0) return insertJob(table, saving, { uniqueKey });
    const [row] = await findRows(table, holding(uniqueKey));
    return row ? toJob(row) : null;
  });
}
