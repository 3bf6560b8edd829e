import type { JobId, JobParameters } from "agenda";
import { fromColumn, type Param, type Row } from "../../db/index.js";

/** What is stored of a job; `unique` and `uniqueOpts` only steer the save that names them. */
export type StoredJob = Omit<JobParameters, "_id" | "unique" | "uniqueOpts">;

/**
 * The token of the lock a job was handed out under. A symbol, because Agenda copies it along with the job and hands it
 * back on every save of its state, yet never shows or stores it.
 */
export const lockToken = Symbol("lockToken");

/** A job as this backend returns it. */
export type FoundJob = JobParameters & { _id: JobId; [lockToken]?: string };

type Kind = "text" | "number" | "boolean" | "instant" | "json";

/** Every stored field; each has a column of its name. */
const kinds: Record<keyof StoredJob, Kind> = {
  name: "text",
  type: "text",
  priority: "number",
  nextRunAt: "instant",
  disabled: "boolean",
  lockedAt: "instant",
  lastRunAt: "instant",
  lastFinishedAt: "instant",
  failedAt: "instant",
  failCount: "number",
  failReason: "text",
  progress: "number",
  repeatInterval: "json",
  repeatTimezone: "text",
  repeatAt: "text",
  startDate: "instant",
  endDate: "instant",
  skipDays: "json",
  debounceStartedAt: "instant",
  fork: "boolean",
  data: "json",
  lastModifiedBy: "text",
};

const fields = Object.entries(kinds);

/** True for the name of a stored field, and so of a column. */
export function isField(name: string): name is keyof StoredJob {
  return Object.hasOwn(kinds, name);
}

/** A row as a job: fields without a value are left out, except `nextRunAt` and `data`, which are null. */
export function toJob(row: Row): FoundJob {
  const job: Record<string, unknown> = { _id: String(row["id"]), nextRunAt: null, data: null };
  for (const [field, kind] of fields) {
    const column = row[field];
    if (column !== null && column !== undefined) job[field] = read(column, kind);
  }
  const found = job as unknown as FoundJob;
  if (typeof row["lockToken"] === "string") found[lockToken] = row["lockToken"];
  return found;
}

/** A field's value as its column holds it. */
export function toParam(field: keyof StoredJob, value: unknown): Param {
  const kind = kinds[field];
  if (kind === "json")
    return field === "data"
      ? JSON.stringify(value ?? null)
      : value === undefined || value === null
        ? null
        : JSON.stringify(value);
  if (kind === "boolean") return value === true;
  if (value === undefined || value === null) return null;
  if (kind === "instant") return new Date(value as Date | string | number).getTime();
  return kind === "number" ? Number(value) : String(value);
}

function read(column: Param, kind: Kind): unknown {
  if (kind === "instant") return new Date(Number(column));
  if (kind === "number") return Number(column);
  if (kind === "boolean") return Boolean(Number(column));
  return kind === "json" ? fromColumn<unknown>(column, null) : String(column);
}
