import {
  computeJobState,
  type JobsOverview,
  type JobsQueryOptions,
  type JobsResult,
  type JobsSort,
  type JobWithState,
} from "agenda";
import type { Row } from "../../db/index.js";
import { everything, holdsData, whereQueried } from "./job-filter.js";
import { type FoundJob, toJob } from "./job-row.js";
import { findRows, type JobTable } from "./job-table.js";

/** The larger limit both dialects take; MySQL has no OFFSET without one. */
const NO_LIMIT = "9223372036854775807";

/** The job with this id, or null. */
export async function getJobById({ db }: JobTable, id: string): Promise<FoundJob | null> {
  const row = await db.one("SELECT * FROM millrace_jobs WHERE id = ?", [id]);
  return row && toJob(row);
}

/**
 * Jobs with their state. `total` counts all that meet the filter. State, data and search are decided here, as Agenda's
 * own function decides states; without them the database cuts the page.
 */
export async function queryJobs(table: JobTable, options: JobsQueryOptions = {}): Promise<JobsResult> {
  const now = new Date(table.clock.now());
  const where = whereQueried(options);
  const order = orderBy(options.sort);
  const skip = Math.max(0, Math.trunc(options.skip ?? 0));
  const limit = Math.max(0, Math.trunc(options.limit ?? 0));
  const tests = testsOf(options, now);
  if (tests.length === 0) {
    const page = limit > 0 || skip > 0 ? `LIMIT ${limit > 0 ? limit : NO_LIMIT} OFFSET ${skip}` : "";
    const jobs = (await findRows(table, where, `${order} ${page}`)).map((row) => withState(row, now));
    return { jobs, total: page ? await count(table, where.sql, where.params) : jobs.length };
  }
  const met = (await findRows(table, where, order)).filter((row) => tests.every((test) => test(row)));
  const page = met.slice(skip, limit > 0 ? skip + limit : undefined);
  return { jobs: page.map((row) => withState(row, now)), total: met.length };
}

/** How many jobs of each name there are, by state; a disabled one counts as paused besides. */
export async function getJobsOverview(table: JobTable): Promise<JobsOverview[]> {
  const now = new Date(table.clock.now());
  const overviews = new Map<string, JobsOverview>();
  for (const row of await findRows(table, everything, "ORDER BY name")) {
    const job = withState(row, now);
    const none = { total: 0, running: 0, scheduled: 0, queued: 0, completed: 0, failed: 0, repeating: 0, paused: 0 };
    const overview = overviews.get(job.name) ?? { name: job.name, ...none };
    overview.total++;
    overview[job.state]++;
    if (job.disabled === true) overview.paused++;
    overviews.set(job.name, overview);
  }
  return [...overviews.values()];
}

/** Every name a stored job has, in order. */
export async function getDistinctJobNames({ db }: JobTable): Promise<string[]> {
  const rows = await db.all("SELECT DISTINCT name FROM millrace_jobs ORDER BY name");
  return rows.map((row) => String(row["name"]));
}

/** How many jobs are past their time, running ones and disabled ones included. */
export function getQueueSize(table: JobTable): Promise<number> {
  return count(table, "nextRunAt < ?", [table.clock.now()]);
}

async function count({ db }: JobTable, sql: string, params: Row[string][]): Promise<number> {
  const row = await db.one(`SELECT COUNT(*) AS total FROM millrace_jobs WHERE ${sql}`, params);
  return Number(row?.["total"] ?? 0);
}

function testsOf({ state, data, search }: JobsQueryOptions, now: Date): ((row: Row) => boolean)[] {
  const tests: ((row: Row) => boolean)[] = [];
  if (state === "paused") tests.push((row) => toJob(row).disabled === true);
  else if (state) tests.push((row) => computeJobState(toJob(row), now) === state);
  if (data !== undefined) tests.push(holdsData(data));
  if (search) tests.push((row) => String(row["name"]).toLowerCase().includes(search.toLowerCase()));
  return tests;
}

function withState(row: Row, now: Date): JobWithState {
  const job = toJob(row);
  return { ...job, state: computeJobState(job, now) };
}

/** Instants that are not set come last in either direction; the order of keys is fixed, as in Agenda's own backends. */
function orderBy(sort: JobsSort = {}): string {
  const instants = (["nextRunAt", "lastRunAt", "lastFinishedAt"] as const).filter((key) => sort[key]);
  const plain = (["priority", "name", "data"] as const).filter((key) => sort[key]);
  const keys = [
    ...instants.map((key) => `${key} IS NULL, ${key} ${direction(sort[key])}`),
    ...plain.map((key) => `${key} ${direction(sort[key])}`),
  ];
  const chosen =
    keys.length > 0 ? keys : ["nextRunAt IS NULL", "nextRunAt DESC", "lastRunAt IS NULL", "lastRunAt DESC"];
  return `ORDER BY ${[...chosen, "id"].join(", ")}`;
}

function direction(of: "asc" | "desc" | undefined): "ASC" | "DESC" {
  return of === "asc" ? "ASC" : "DESC";
}
