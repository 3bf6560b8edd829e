import { hostname } from "node:os";
import { Agenda, type AgendaBackend, type JobRepository } from "agenda";
import type { Logger } from "pino";
import { messageOf } from "../shared/errors.js";
import type { JobName } from "./runner.js";

/** Agenda as Millrace uses it: it keeps stored bells and rings them. */
type BellTower = {
  /** Stores a bell, once for all who ask for the same name and instant. */
  hang(name: JobName, at: Date): Promise<void>;
  /** Begins to ring stored bells; rejects when the backend cannot be reached. */
  start(names: Iterable<JobName>): Promise<void>;
  stop(timeoutMs: number): Promise<void>;
};

type Settings = {
  backend: AgendaBackend;
  log: Logger;
  poll: number;
  concurrency: number;
  ring(name: JobName): void;
  /** Rings at an instant that is less than a poll ahead. */
  ringAt(name: JobName, instant: number): void;
};

/**
 * Agenda is opened when it is first needed. Its jobs carry nothing and only ring: they are over at once, so neither its
 * lock lifetime nor its retries ever matter, and a completed one is removed.
 */
export function createBellTower({ backend, log, poll, concurrency, ring, ringAt }: Settings): BellTower {
  let opened: Promise<Agenda> | null = null;

  const report = (error: unknown) => log.warn({ reason: messageOf(error) }, "agenda: a bell may ring late");

  const open = async (): Promise<Agenda> => {
    await backend.connect();
    const agenda = new Agenda({
      name: `${hostname()}:${process.pid}`,
      backend: connected(backend, report, ringAt),
      processEvery: poll,
      maxConcurrency: concurrency * 5,
      defaultConcurrency: concurrency,
      defaultLockLimit: concurrency,
      // Longer than the time between taking a bell and ringing it, which is one poll.
      defaultLockLifetime: Math.max(10_000, poll * 3),
      removeOnComplete: true,
    });
    agenda.on("error", report);
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

  return {
    async hang(name, at) {
      const agenda = await agendaOf();
      await agenda.create(name).schedule(at).unique({ nextRunAt: at }, { insertOnly: true }).save();
    },
    async start(names) {
      const agenda = await agendaOf();
      for (const name of names) agenda.define(name, async () => ring(name));
      await agenda.start();
    },
    async stop(timeoutMs) {
      const agenda = await opened?.catch(() => null);
      opened = null;
      if (!agenda) return;
      if (agenda.isActiveJobProcessor()) await close(agenda, backend.repository, timeoutMs);
      else if (backend.ownsConnection ?? true) await backend.disconnect();
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

/**
 * The backend with what Agenda needs around it. It handles neither a rejected `connect`, which is done before Agenda is
 * made, nor a rejected `unlockJob`, whose lock runs out by itself: either would end the process. And when its timer for
 * a bell fires a moment early, it leaves the bell until the next scan: so the bells it takes are rung by ours too.
 */
function connected(
  backend: AgendaBackend,
  report: (error: unknown) => void,
  ringAt: Settings["ringAt"],
): AgendaBackend {
  const { repository } = backend;
  const around: Partial<JobRepository> = {
    unlockJob: (job) => repository.unlockJob(job).catch(report),
    async getNextJobToRun(...asked) {
      const job = await repository.getNextJobToRun(...asked);
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
    notificationChannel: backend.notificationChannel,
    logger: backend.logger,
    ownsConnection: backend.ownsConnection ?? true,
    connect: async () => {},
    disconnect: () => backend.disconnect(),
  };
}
