import { AsyncResource } from "node:async_hooks";
import type { Logger } from "pino";

/** What a bell is called; there are five at most, and `worker.ts` says what each of them does. */
export type JobName = string;

/** Does what waits in the rows and returns how many things it did: 0 or nothing when there was no work. */
export type Handler = () => Promise<unknown>;

type State = {
  handler: Handler;
  /** A run is about to begin; it will see everything that is committed now. */
  waiting: boolean;
  running: number;
  /** Rung while running: what that was for may have been missed. */
  again: boolean;
  /** It threw: nothing but the next poll starts it, so that a fault is not hammered. */
  failures: number;
};

/** Starts handlers when they are rung, each at most `concurrency` times at once. */
export type Runner = {
  readonly handlers: ReadonlyMap<JobName, Handler>;
  add(name: JobName, handler: Handler): void;
  /** Starts the handler within this turn of the event loop, or again once it has room. Unknown names and a closed runner ignore it. */
  ring(name: JobName): void;
  /** Rings every handler that is at rest, failed ones too. */
  ringAll(): void;
  open(): void;
  close(): void;
  /** Waits until nothing runs, at most `timeoutMs`; whether that came about. */
  atRest(timeoutMs: number): Promise<boolean>;
};

/** Does the handler's answer say that it did something, so that there may be more? */
export function countOf(answer: unknown): number {
  return typeof answer === "number" && answer > 0 ? answer : 0;
}

/** A closed runner without handlers. */
export function createRunner(log: Logger, concurrency: number): Runner {
  const states = new Map<JobName, State>();
  const handlers = new Map<JobName, Handler>();
  const waiters = new Set<() => void>();
  let open = false;

  // Bells are rung inside transactions and requests; a handler must not inherit theirs.
  const outside = new AsyncResource("millrace.jobs");

  const isAtRest = () => [...states.values()].every((state) => state.running === 0 && !state.waiting);

  const ring = (name: JobName): void => {
    const state = states.get(name);
    if (!open || !state || state.waiting || state.failures > 0) return;
    if (state.running >= concurrency) state.again = true;
    else begin(name, state);
  };

  const begin = (name: JobName, state: State): void => {
    state.waiting = true;
    outside.runInAsyncScope(setImmediate, undefined, () => void run(name, state));
  };

  const run = async (name: JobName, state: State): Promise<void> => {
    state.waiting = false;
    if (open) {
      state.running++;
      const more = await attempt(name, state);
      state.running--;
      if (more || state.again) {
        state.again = false;
        ring(name);
      }
    }
    if (isAtRest()) for (const tell of waiters) tell();
  };

  const attempt = async (name: JobName, state: State): Promise<boolean> => {
    try {
      const done = countOf(await state.handler());
      if (state.failures > 0) log.info({ job: name, failures: state.failures }, "job works again");
      state.failures = 0;
      return done > 0;
    } catch (error) {
      state.failures++;
      state.again = false;
      log.error({ err: error, job: name, failures: state.failures }, "job failed; it is rung again at the next poll");
      return false;
    }
  };

  return {
    handlers,
    add(name, handler) {
      handlers.set(name, handler);
      states.set(name, { handler, waiting: false, running: 0, again: false, failures: 0 });
    },
    ring,
    ringAll() {
      if (!open) return;
      for (const [name, state] of states) if (state.running === 0 && !state.waiting) begin(name, state);
    },
    open() {
      open = true;
    },
    close() {
      open = false;
      for (const state of states.values()) state.again = false;
    },
    async atRest(timeoutMs) {
      if (isAtRest()) return true;
      return new Promise((resolve) => {
        const settle = (rested: boolean) => () => {
          clearTimeout(timer);
          waiters.delete(rest);
          resolve(rested);
        };
        const rest = settle(true);
        const timer = setTimeout(settle(false), timeoutMs);
        waiters.add(rest);
      });
    },
  };
}
