import { createHash } from "node:crypto";
import type { JobParameters, JobRepositoryOptions } from "agenda";
import { isDuplicate, type Row } from "../../db/index.js";
import { newId } from "../../shared/ids.js";
import { type FoundJob, isField, type StoredJob, toJob, toParam } from "./job-row.js";
import { type JobTable, type Where, writeApart } from "./job-table.js";

/** A job on its way into the table, and what its saver adds. */
export type Saving = { job: JobParameters; options: JobRepositoryOptions | undefined };

/** What saving a job sets on a row that exists; everything else belongs to whoever runs it. */
const SETTINGS = [
  "type",
  "priority",
  "nextRunAt",
  "repeatInterval",
  "repeatTimezone",
  "repeatAt",
  "startDate",
  "endDate",
  "skipDays",
  "disabled",
  "fork",
  "data",
] as const;

/** How often an upsert looks again after another process inserted or removed the row in between. */
const TRIES = 10;

/** The columns that saving `job` sets on a row that exists. */
export function settingsOf({ job, options }: Saving): Row {
  return { ...columnsOf(job, SETTINGS), lastModifiedBy: options?.lastModifiedBy ?? null };
}

/** These fields of a job as its columns hold them; what is not set becomes null. */
export function columnsOf(job: JobParameters, fields: readonly (keyof StoredJob)[]): Row {
  return Object.fromEntries(fields.map((field) => [field, toParam(field, job[field])]));
}

/** Inserts a new row with all that `job` says. Null when another row holds `uniqueKey` in `more`. */
export async function insertJob(table: JobTable, { job, options }: Saving, more: Row = {}): Promise<FoundJob | null> {
  const now = table.clock.now();
  const given = Object.keys(job).filter(
    (key) => isField(key) && job[key] !== undefined && job[key] !== null,
  ) as (keyof StoredJob)[];
  const row: Row = {
    id: newId(),
    ...columnsOf(job, [...given, "data"]),
    lastModifiedBy: options?.lastModifiedBy ?? null,
    createdAt: now,
    updatedAt: now,
    ...more,
  };
  try {
    await writeApart(table, (tx) => table.db.insert("millrace_jobs", [row], tx));
    return toJob({ disabled: false, fork: false, ...row });
  } catch (error) {
    if ("uniqueKey" in more && isDuplicate(error)) return null;
    throw error;
  }
}

/** Looks again until an attempt of an upsert says what it saved. */
export async function untilSaved<Saved>(
  name: string,
  attempt: (tries: number) => Promise<Saved | null>,
): Promise<Saved> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const saved = await attempt(tries);
    if (saved) return saved;
  }
  throw new Error(`The job "${name}" could not be saved: other processes kept changing it.`);
}

/** The key under which at most one row can be inserted: it settles races that a look before the insert cannot. */
export function keyOf(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The row that holds a unique key. */
export function holding(uniqueKey: string): Where {
  return { sql: "uniqueKey = ?", params: [uniqueKey] };
}
