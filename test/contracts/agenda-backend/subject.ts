import type { AgendaBackend, JobId, JobParameters } from "agenda";
import { connect, type Dialect } from "../../../src/db/index.js";
import { SqlAgendaBackend } from "../../../src/jobs/index.js";
import { newId } from "../../../src/shared/ids.js";
import { freshDatabase } from "../../support/databases.js";

/** A backend under test; `another` makes a second one on the same store, with connections of its own. */
export type Subject = { backend: AgendaBackend; another(): Promise<AgendaBackend>; close(): Promise<void> };

/** The subject of the suite that is running. */
export type Current = () => Subject;

/** Ours, on a database of its own. */
export async function sqlSubject(dialect: Dialect): Promise<Subject> {
  const fresh = await freshDatabase(dialect);
  const others: (() => Promise<void>)[] = [];
  return {
    backend: new SqlAgendaBackend({ db: fresh.db }),
    async another() {
      const db = connect(fresh.url);
      others.push(() => db.sequelize.close());
      return new SqlAgendaBackend({ db });
    },
    async close() {
      for (const close of others) await close();
      await fresh.drop();
    },
  };
}

/** Agenda's own on Redis, under keys of its own. */
export async function redisSubject(connectionString: string): Promise<Subject> {
  const { RedisBackend } = await import("@agendajs/redis-backend");
  const keyPrefix = `millrace-test-${newId()}:`;
  return official(() => new RedisBackend({ connectionString, keyPrefix }));
}

/** Agenda's own on PostgreSQL, in tables of its own. */
export async function postgresSubject(connectionString: string): Promise<Subject> {
  const { PostgresBackend, PostgresJobRepository } = await import("@agendajs/postgres-backend");
  const tableName = `millrace_test_${newId().toLowerCase()}`;
  const logTableName = `${tableName}_log`;
  let ensureSchema = true;
  const make = () => {
    // Two who make the tables at once are in each other's way.
    const backend = new PostgresBackend({ connectionString, tableName, logTableName, ensureSchema });
    ensureSchema = false;
    return backend;
  };
  return official(make, async ({ repository }) => {
    if (!(repository instanceof PostgresJobRepository)) throw new Error("This is no repository on PostgreSQL.");
    await repository.getPool().query(`DROP TABLE IF EXISTS ${tableName}, ${logTableName} CASCADE`);
  });
}

async function official(
  make: () => AgendaBackend,
  drop: (backend: AgendaBackend) => Promise<void> = async () => {},
): Promise<Subject> {
  const backend = make();
  const all = [backend];
  return {
    backend,
    async another() {
      const other = make();
      await other.connect();
      all.push(other);
      return other;
    },
    async close() {
      await backend.repository.purgeAllJobs();
      await backend.logger?.clearLogs();
      await drop(backend);
      for (const one of all) await one.disconnect();
    },
  };
}

/** A job as Agenda hands it over to be saved: due a minute ago unless told otherwise. */
export function aJob(more: Partial<JobParameters> = {}): JobParameters {
  return { name: "bell", type: "normal", priority: 0, nextRunAt: ago(60), data: {}, ...more };
}

/** Saves a job and gives it back with its id. */
export async function saved(
  current: Current,
  more: Partial<JobParameters> = {},
): Promise<JobParameters & { _id: JobId }> {
  const job = await current().backend.repository.saveJob(aJob(more), undefined);
  if (!job._id) throw new Error("A saved job has an id.");
  return { ...job, _id: job._id };
}

/** The stored job, which must be there. */
export async function stored(current: Current, id: JobId): Promise<JobParameters> {
  const job = await current().backend.repository.getJobById(id);
  if (!job) throw new Error(`There is no job ${id}.`);
  return job;
}

/** An instant so many seconds in the past. */
export function ago(seconds: number): Date {
  return new Date(Date.now() - seconds * 1000);
}

/** An instant so many seconds ahead. */
export function ahead(seconds: number): Date {
  return ago(-seconds);
}

/** The next job as a worker that polls every second, with locks of ten minutes, asks for it. */
export function next({ repository }: AgendaBackend, name = "bell"): Promise<JobParameters | undefined> {
  return repository.getNextJobToRun(name, ahead(1), ago(600), new Date(), { lastModifiedBy: "worker" });
}
