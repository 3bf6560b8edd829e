import type { JobParameters, JobRepositoryOptions } from "agenda";
import { newId } from "../../shared/ids.js";
import type { DueLook } from "./find-due.js";
import { type FoundJob, toJob } from "./job-row.js";
import { type JobTable, updateRows, type Where } from "./job-table.js";

/** Reads before giving up: whoever took all of them is running them, and the next scan is near. */
const ROUNDS = 3;

/**
 * Locks and returns the job of this name that is due first (by `nextScanAt`), the higher priority first among equals; a
 * job whose lock is as old as `lockDeadline` counts as due. Undefined when there is none. Finding nothing writes nothing.
 */
export async function getNextJobToRun(
  table: JobTable,
  findDue: DueLook,
  name: string,
  nextScanAt: Date,
  lockDeadline: Date,
  now: Date | undefined,
  options: JobRepositoryOptions | undefined,
): Promise<FoundJob | undefined> {
  for (let round = 0; round < ROUNDS; round++) {
    const candidates = await findDue({ name, due: nextScanAt.getTime(), deadline: lockDeadline.getTime() });
    for (const row of candidates) {
      const unchanged = { sql: "id = ? AND revision = ?", params: [row["id"] ?? null, row["revision"] ?? null] };
      const locked = await lock(table, unchanged, now, options);
      if (locked) return toJob({ ...row, ...locked });
    }
    if (candidates.length === 0) return undefined;
  }
  return undefined;
}

/** Locks this very job if it is as the caller knows it: same `nextRunAt`, not locked, not disabled. */
export async function lockJob(
  table: JobTable,
  job: JobParameters,
  options: JobRepositoryOptions | undefined,
): Promise<FoundJob | undefined> {
  if (!job._id || !job.nextRunAt) return undefined;
  const where = {
    sql: "id = ? AND name = ? AND lockedAt IS NULL AND nextRunAt = ? AND disabled = ?",
    params: [job._id, job.name, job.nextRunAt.getTime(), false],
  };
  const locked = await lock(table, where, undefined, options);
  if (!locked) return undefined;
  const row = await table.db.one("SELECT * FROM millrace_jobs WHERE id = ? AND lockToken = ?", [
    job._id,
    locked.lockToken,
  ]);
  return row ? toJob(row) : undefined;
}

type Locked = { lockedAt: number; lockToken: string; lastModifiedBy: string | null };

/** The compare-and-swap: of all who try at once one changes the row, and its token says who. */
async function lock(
  table: JobTable,
  where: Where,
  now: Date | undefined,
  options: JobRepositoryOptions | undefined,
): Promise<Locked | null> {
  const set = {
    lockedAt: now?.getTime() ?? table.clock.now(),
    lockToken: newId(),
    lastModifiedBy: options?.lastModifiedBy ?? null,
  };
  return (await updateRows(table, set, where)) === 1 ? set : null;
}
