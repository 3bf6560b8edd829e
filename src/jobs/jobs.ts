import type { AgendaBackend } from "agenda";
import type { Logger } from "pino";
import type { Database } from "../db/index.js";
import type { Clock } from "../shared/clock.js";
import { createBellTower } from "./agenda.js";
import { SqlAgendaBackend } from "./backend/sql-agenda-backend.js";
import { createBells } from "./bells.js";
import { startPoll } from "./poll.js";
import { countOf, createRunner, type Handler, type JobName } from "./runner.js";

/**
 * Bells. Rows are the truth and a job is only a bell: it says "look now", never what to do. So a bell that is lost,
 * doubled or late delays work by at most one poll and neither loses nor repeats it, and handlers must bear being rung
 * for nothing, twice, and in several processes at once.
 */
export type Jobs = {
  /**
   * Says what to do when `name` is rung: look into the rows, do what waits there (a batch is enough) and return how many
   * things were done. As long as that is not 0 the handler is called again. One that throws is logged and rung again at
   * the next poll. Throws after `start`, for a name defined already, and for a sixth name.
   */
  define(name: JobName, handler: Handler): void;
  /**
   * Rings now: the handler starts within milliseconds if it runs in this process, without a write. Rings that arrive
   * before it starts are one; one that arrives while it runs starts it again after. Ring after the commit: a handler
   * that looks before it sees nothing. Other processes see the work at their next poll.
   */
  nudge(name: JobName): void;
  /**
   * Rings at an instant (milliseconds since 1970), in this process or another: to within 20 ms when it is nearer than a
   * poll, else at the end of its second. Returns at once and may be called inside a transaction: what it stores is not
   * part of it. Instants more than a day ahead are left to the poll.
   */
  at(name: JobName, instant: number): void;
  /** Begins to work: rings everything, then at every poll. Rejects when the backend of the bells cannot be reached. */
  start(): Promise<void>;
  /** Starts no further handler and waits for those that run, at most `timeoutMs`. Whether all of them ended. */
  drain(timeoutMs: number): Promise<boolean>;
  /** Drains for up to 25 s, then closes Agenda. `start` may follow. */
  stop(): Promise<void>;
  /**
   * For tests, instead of `start`: runs the handlers one after another, in the order they were defined, until none of
   * them finds work, and returns how much was done. No timers; what a handler throws is thrown on.
   */
  runAll(): Promise<number>;
};

/** What `createJobs` is given. */
type JobsSettings = {
  db: Database;
  clock: Clock;
  log: Logger;
  /** Milliseconds between two looks at the rows. A look is reads only: an idle engine writes nothing. */
  poll?: number;
  /** How often one handler may run at the same time in this process. */
  concurrency?: number;
  /** Where bells are stored: the same database, unless an official Agenda backend is given. */
  backend?: AgendaBackend;
};

/** Agenda polls its table for each name; more names, more polling. */
const MOST_NAMES = 5;

const DRAIN_MS = 25_000;

/** Rounds after which `runAll` takes handlers for ones that always claim to have done something. */
const MOST_ROUNDS = 10_000;

/** The bells of one process. Nothing runs before `start`; `at` works without it. */
export function createJobs(settings: JobsSettings): Jobs {
  const { db, clock, log, poll = 1000, concurrency = 1, backend = new SqlAgendaBackend({ db, clock }) } = settings;
  const runner = createRunner(log, concurrency);
  const { ring } = runner;
  const bells = createBells({ clock, log, near: poll, ring, hang: (name, at) => tower.hang(name, at) });
  const tower = createBellTower({ backend, log, poll, concurrency, ring, ringAt: bells.at });
  let started = false;
  let stopPolling = () => {};

  const drain = (timeoutMs: number): Promise<boolean> => {
    stopPolling();
    runner.close();
    bells.close();
    return runner.atRest(timeoutMs);
  };

  return {
    define(name, handler) {
      if (started) throw new Error(`Define the job "${name}" before start().`);
      if (runner.handlers.has(name)) throw new Error(`The job "${name}" is already defined.`);
      if (runner.handlers.size === MOST_NAMES)
        throw new Error(`"${name}" is one job too many: there are ${MOST_NAMES} at most.`);
      runner.add(name, handler);
    },
    nudge: ring,
    at: bells.at,
    async start() {
      if (started) return;
      started = true;
      try {
        await tower.start(runner.handlers.keys());
      } catch (error) {
        started = false;
        throw error;
      }
      runner.open();
      runner.ringAll();
      stopPolling = startPoll(clock, poll, runner.ringAll);
    },
    drain,
    async stop() {
      const rested = await drain(DRAIN_MS);
      if (!rested) log.warn("stopping although a job still runs; its work is taken up again elsewhere");
      await tower.stop(1000);
      started = false;
    },
    async runAll() {
      let total = 0;
      for (let round = 0; round < MOST_ROUNDS; round++) {
        let done = 0;
        for (const handler of runner.handlers.values()) done += countOf(await handler());
        if (done === 0) return total;
        total += done;
      }
      throw new Error(
        `After ${MOST_ROUNDS} rounds the jobs still find work: ${[...runner.handlers.keys()].join(", ")}.`,
      );
    },
  };
}
