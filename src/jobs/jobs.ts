import { setTimeout as pause } from "node:timers/promises";
import type { AgendaBackend } from "agenda";
import type { Logger } from "pino";
import type { Database } from "../db/index.js";
import type { Clock } from "../shared/clock.js";
import { messageOf } from "../shared/errors.js";
import { createBellTower } from "./agenda.js";
import { SqlAgendaBackend } from "./backend/sql-agenda-backend.js";
import { createBells } from "./bells.js";
import { startPoll } from "./poll.js";
import { countOf, createRunner, type Handler, type JobName } from "./runner.js";

/** When the rows say that each job has something to do next, in milliseconds; names with nothing ahead are left out. */
export type Timetable = ReadonlyMap<JobName, number>;

/**
 * Bells. Rows are the truth and a job is only a bell: it says "look now", never what to do. So a bell that is lost,
 * doubled or late delays work by at most one poll and neither loses nor repeats it, and handlers must bear being rung
 * for nothing, twice, and in several processes at once. Agenda keeps one bell for each name, moved to the instant at
 * which the rows have something to do next.
 */
export type Jobs = {
  /**
   * Says what to do when `name` is rung: look into the rows, do what waits there (a batch is enough) and return how many
   * things were done. As long as that is not 0 the handler is called again. One that throws is logged and tried again
   * after a second, later after longer. `everyPoll`: it has work that the timetable does not tell of. Throws after
   * `start`, for a name defined already, and for a sixth name.
   */
  define(name: JobName, handler: Handler, options?: { everyPoll?: boolean }): void;
  /**
   * Says how to read, in one go, when each job has something to do. It is read at every poll and shortly after a handler
   * that was rung has come to rest, and the bells are moved to what it says. Without it a poll rings everything.
   */
  plan(read: () => Promise<Timetable>): void;
  /**
   * Rings now: the handler starts within milliseconds if this process works, without a write; else the bell is stored,
   * and another process rings within about a second. Rings that arrive before it starts are one; one that arrives while
   * it runs starts it again after. Ring after the commit: a handler that looks before it sees nothing.
   */
  nudge(name: JobName): void;
  /**
   * Rings at an instant (milliseconds since 1970) or earlier, in this process or another. Returns at once and may be
   * called inside a transaction: what it stores is not part of it. Instants more than a day ahead are left to the poll.
   */
  at(name: JobName, instant: number): void;
  /** Begins to work: rings everything, then what is due. Where the bells are stored need not answer: then the poll does all. */
  start(): Promise<void>;
  /** Starts no further handler and waits for those that run, at most `timeoutMs`. Whether all of them ended. */
  drain(timeoutMs: number): Promise<boolean>;
  /** Drains for up to 25 s, leaves what is ahead to other processes, then closes Agenda. `start` may follow. */
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
  /**
   * Milliseconds between two looks at the rows, which find whatever no bell told of. A look is reads only: an idle engine
   * writes nothing.
   */
  poll?: number;
  /** How often one handler may run at the same time in this process. */
  concurrency?: number;
  /** Where bells are stored: the same database, unless an official Agenda backend is given. */
  backend?: AgendaBackend;
};

/** Each name is one job of Agenda's and a part of every look at them. */
const MOST_NAMES = 5;

/** The safety net under the bells. */
const POLL_MS = 15_000;

/** Agenda looks at its jobs this often, or at every poll when that is more often: so soon a process knows of another's work. */
const LOOK_MS = 1000;

/** After a handler has come to rest the timetable is read: once for all that do within so many milliseconds. */
const AHEAD_MS = 200;

const DRAIN_MS = 25_000;

/** The longest a stopping process waits for the backend of the bells. */
const LEAVE_MS = 1000;

/** Rounds after which `runAll` takes handlers for ones that always claim to have done something. */
const MOST_ROUNDS = 10_000;

/** The bells of one process. Nothing runs before `start`; `nudge` and `at` work without it. */
export function createJobs(settings: JobsSettings): Jobs {
  const { db, clock, log, poll = POLL_MS, concurrency = 1, backend = new SqlAgendaBackend({ db, clock }) } = settings;
  const every = Math.min(poll, LOOK_MS);
  const always = new Set<JobName>();
  let read: (() => Promise<Timetable>) | null = null;
  let started = false;
  let stopPolling = () => {};
  let ahead: NodeJS.Timeout | undefined;

  const runner = createRunner(log, concurrency, () => lookAheadSoon());
  const { ring, isOpen, busyFor } = runner;
  const bells = createBells({
    clock,
    log,
    near: every,
    isWorking: isOpen,
    ring,
    hang: (name, at) => tower.hang(name, at),
  });
  const share = (name: JobName) => bells.store(name, clock.now());
  const tower = createBellTower({
    ...{ backend, log, every, concurrency, busyFor, share, rang: ring, ringAt: bells.at },
    back: () => lookAheadSoon(),
  });

  /** Moves the bells to what is next. What is due already and still there has somebody at it, who may fail or be slow. */
  const lookAhead = async (): Promise<void> => {
    const timetable = await read?.();
    const now = clock.now();
    for (const [name, at] of timetable ?? []) bells.at(name, at <= now ? now + LOOK_MS : at);
  };

  const lookAheadSoon = (): void => {
    ahead ??= setTimeout(() => {
      ahead = undefined;
      lookAhead().catch((error: unknown) => log.debug({ reason: messageOf(error) }, "the next poll looks ahead again"));
    }, AHEAD_MS).unref();
  };

  /** Rings what is due; everything when the rows cannot be read for it, which each handler then says for itself. */
  const look = async (): Promise<void> => {
    const timetable = await read?.().catch(() => null);
    const now = clock.now();
    const due = [...runner.handlers.keys()].filter(
      (name) => always.has(name) || (timetable?.get(name) ?? now + 1) <= now,
    );
    runner.ringAll(timetable ? due : runner.handlers.keys());
    for (const [name, at] of timetable ?? []) if (at > now) bells.at(name, at);
  };

  /** Leaves what is due and what is ahead to the other processes. */
  const leave = async (): Promise<void> => {
    for (const [name, at] of (await read?.()) ?? []) bells.at(name, at);
  };

  const drain = (timeoutMs: number): Promise<boolean> => {
    stopPolling();
    runner.close();
    clearTimeout(ahead);
    ahead = undefined;
    return runner.atRest(timeoutMs);
  };

  return {
    define(name, handler, { everyPoll = false } = {}) {
      if (started) throw new Error(`Define the job "${name}" before start().`);
      if (runner.handlers.has(name)) throw new Error(`The job "${name}" is already defined.`);
      if (runner.handlers.size === MOST_NAMES)
        throw new Error(`"${name}" is one job too many: there are ${MOST_NAMES} at most.`);
      runner.add(name, handler);
      if (everyPoll) always.add(name);
    },
    plan(how) {
      read = how;
    },
    nudge: (name) => (isOpen() ? ring(name) : bells.store(name, clock.now())),
    at: bells.at,
    async start() {
      if (started) return;
      started = true;
      tower.start(runner.handlers.keys());
      runner.open();
      runner.ringAll();
      lookAheadSoon();
      stopPolling = startPoll(clock, poll, () => void look());
    },
    drain,
    async stop() {
      const rested = await drain(DRAIN_MS);
      if (!rested) log.warn("stopping although a job still runs; its work is taken up again elsewhere");
      if (started) await Promise.race([leave().catch(() => {}), pause(LEAVE_MS, undefined, { ref: false })]);
      await bells.handOver(LEAVE_MS);
      await tower.stop(LEAVE_MS);
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
