import { hostname } from "node:os";
import { Agenda, type AgendaBackend, type JobRepository } from "agenda";
import type { Logger } from "pino";
import { messageOf } from "../shared/errors.js";
import { movesForward } from "./backend/bring-forward.js";
import { hearConnections } from "./official-backend.js";
import type { JobName } from "./runner.js";

/** Agenda as Millrace uses it: it keeps one stored bell for each name and rings it at its instant. */
type BellTower = {
  /** Moves the bell of a name forward to an instant; one that rings earlier stays. */
  hang(name: JobName, at: Date): Promise<void>;
  /** Begins to ring stored bells, now or as soon as their backend can be reached. */
  start(names: Iterable<JobName>): void;
  stop(timeoutMs: number): Promise<void>;
};

type Settings = {
  backend: AgendaBackend;
  log: Logger;
  /** Milliseconds between two looks at the stored bells. */
  every: number;
  concurrency: number;
  /** A bell was taken that is to ring at this instant, less than a look ahead. */
  ringAt(name: JobName, instant: number): void;
  /** A stored bell has rung, and its next move will be kept: from here on nothing is overwritten. */
  rang(name: JobName): void;
  /** For how many milliseconds this process has been at the work of a name without a rest. */
  busyFor(name: JobName): number;
  /** Has a bell ring now, in a process that has time for it. */
  share(name: JobName): void;
  /** Stored bells can be reached again after they could not. */
  back(): void;
};

/** Silence between two tries to reach the backend; doubled up to the second. */
const RETRY_MS = [1000, 15_000] as const;

/**
 * Agenda is opened when it is first needed. Its jobs carry nothing and only ring: they are over at once, so neither its
 * lock lifetime nor its retries ever matter. A backend that cannot be reached, at the start or later, is said once; it
 * is asked again until it answers, and nothing of it reaches the host but a line in the log.
 */
export function createBellTower(settings: Settings): BellTower {
  const { backend, log, every, concurrency } = settings;
  let opened: Promise<Agenda> | null = null;
  let retry: NodeJS.Timeout | undefined;
  let silent = false;

  const trouble = (error: unknown) => {
    if (!silent) log.warn({ reason: messageOf(error) }, "stored bells do not ring; work goes on by the poll");
    silent = true;
  };
  const well = () => {
    if (!silent) return;
    silent = false;
    log.info("stored bells ring again");
    settings.back();
  };

  const open = async (): Promise<Agenda> => {
    hearConnections(backend, trouble);
    await backend.connect();
    hearConnections(backend, trouble);
    const agenda = new Agenda({
      name: `${hostname()}:${process.pid}`,
      backend: quiet(backend, settings, { trouble, well }),
      processEvery: every,
      maxConcurrency: concurrency * 5,
      defaultConcurrency: concurrency,
      defaultLockLimit: concurrency,
      // Longer than the time between taking a bell and ringing it, which is one look; not much, since a dead process keeps it so long.
      defaultLockLifetime: every * 4,
    });
    agenda.on("error", trouble);
    agenda.on("complete", (job: { attrs: { name: string } }) => settings.rang(job.attrs.name));
    await agenda.ready;
    return agenda;
  };

  const agendaOf = (): Promise<Agenda> => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };

  const begin = async (names: readonly JobName[]): Promise<void> => {
    const agenda = await agendaOf();
    for (const name of names) agenda.define(name, async () => {});
    await agenda.start();
    well();
  };

  const keepTrying = (names: readonly JobName[], wait: number): void => {
    begin(names).catch((error: unknown) => {
      trouble(error);
      retry = setTimeout(() => keepTrying(names, Math.min(wait * 2, RETRY_MS[1])), wait).unref();
    });
  };

  return {
    async hang(name, at) {
      const agenda = await agendaOf();
      if (movesForward(backend.repository)) await backend.repository.bringForward(name, at);
      else await bringForward(agenda, name, at);
    },
    start: (names) => keepTrying([...names], RETRY_MS[0]),
    async stop(timeoutMs) {
      clearTimeout(retry);
      const late = new Promise<null>((resolve) => setTimeout(resolve, timeoutMs, null).unref());
      const agenda = await Promise.race([opened?.catch(() => null) ?? null, late]);
      opened = null;
      const closing = agenda?.isActiveJobProcessor()
        ? close(agenda, backend.repository, timeoutMs)
        : backend.ownsConnection === false
          ? null
          : backend.disconnect();
      await Promise.race([closing?.catch(trouble), late]);
    },
  };
}

/** Waits for bells that are ringing, and leaves those taken for the next second to another process. */
async function close(agenda: Agenda, repository: JobRepository, timeoutMs: number): Promise<void> {
  const { lockedJobs } = await agenda.getRunningStats(true);
  const taken = typeof lockedJobs === "number" ? [] : lockedJobs.flatMap((job) => (job._id ? [job._id] : []));
  await repository.unlockJobs(taken);
  await agenda.drain({ timeout: timeoutMs });
}

/** With a backend of Agenda's own: what is stored is read again after it was written, lest two who move it at once lose the earlier. */
async function bringForward(agenda: Agenda, name: JobName, at: Date): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    const { jobs } = await agenda.queryJobs({ name });
    const stored = jobs.find(({ type }) => type === "single");
    if (stored?.nextRunAt && stored.nextRunAt <= at) return;
    const job = agenda.create(name);
    job.attrs.type = "single";
    if (stored?._id) job.attrs._id = stored._id;
    await job.schedule(at).save();
  }
}

/**
 * The backend as Agenda gets it. Without its notification channel: what that says a moment earlier the next look finds,
 * and when its server stops, its errors end the process. Agenda also does not handle a rejected `connect`, which is done
 * before it is made, nor a rejected `unlockJob`, whose lock runs out by itself. The bell of a name
 * at whose work this process has been since the last look is left to another, and moved to now: so what lasts is shared. And when Agenda's timer for a bell fires a moment
 * early, it leaves the bell until the next look: so the bells it takes are rung by ours too.
 */
function quiet(
  backend: AgendaBackend,
  { ringAt, busyFor, share, every }: Settings,
  { trouble, well }: { trouble(error: unknown): void; well(): void },
): AgendaBackend {
  const { repository } = backend;
  const around: Partial<JobRepository> = {
    unlockJob: (job) => repository.unlockJob(job).catch(trouble),
    async getNextJobToRun(...asked) {
      if (busyFor(asked[0]) >= every) {
        share(asked[0]);
        return undefined;
      }
      const job = await repository.getNextJobToRun(...asked);
      well();
      if (job?.nextRunAt) ringAt(job.name, job.nextRunAt.getTime());
      return job;
    },
  };
  return {
    name: backend.name,
    repository: new Proxy(repository, {
      get(target, key) {
        const member: unknown = Reflect.get(Object.hasOwn(around, key) ? around : target, key);
        return typeof member === "function" ? member.bind(target) : member;
      },
    }),
    notificationChannel: undefined,
    logger: backend.logger,
    ownsConnection: backend.ownsConnection ?? true,
    connect: async () => {},
    disconnect: () => backend.disconnect(),
  };
}
