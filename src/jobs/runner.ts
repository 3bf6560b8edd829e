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
  /** Of `performance.now()`: when it last began after a rest. */
  since: number;
  /** Rung while running: what that was for may have been missed. */
  again: boolean;
  /** Rung for itself, not by a poll: there may be something new to look ahead for. */
  rung: boolean;
  /** It threw so often since it last worked: no ring starts it until `retry` or the next poll, so that a fault is not hammered. */
  failures: number;
  retry: NodeJS.Timeout | undefined;
};

/** A handler that threw is tried again after a second, then two, four and so on, at most this long. */
const LONGEST_RETRY_MS = 15_000;

/** Starts handlers when they are rung, each at most `concurrency` times at once. */
export type Runner = {
  readonly handlers: ReadonlyMap<JobName, Handler>;
  add(name: JobName, handler: Handler): void;
  /** Starts the handler within this turn of the event loop, or again once it has room. Unknown names and a closed runner ignore it. */
  ring(name: JobName): void;
  /** Rings these handlers, all when none are named, as far as they are at rest; failed ones too. */
  ringAll(names?: Iterable<JobName>): void;
  /** For how many milliseconds the handler has been at work without a rest; 0 when it is at rest. */
  busyFor(name: JobName): number;
  isOpen(): boolean;
  open(): void;
  close(): void;
  /** Waits until nothing runs, at most `timeoutMs`; whether that came about. */
  atRest(timeoutMs: number): Promise<boolean>;
};

/** Does the handler's answer say that it did something, so that there may be more? */
export function countOf(answer: unknown): number {
  return typeof answer === "number" && answer > 0 ? answer : 0;
}

/** A closed runner without handlers. `rested` is told when one that was rung has come to rest. */
export function createRunner(log: Logger, concurrency: number, rested: () => void = () => {}): Runner {
  const states = new Map<JobName, State>();
  const handlers = new Map<JobName, Handler>();
  const waiters = new Set<() => void>();
  let open = false;

  // Bells are rung inside transactions and requests; a handler must not inherit theirs.
  const outside = new AsyncResource("millrace.jobs");

  const isBusy = (state: State) => state.running > 0 || state.waiting;
  const isAtRest = () => ![...states.values()].some(isBusy);

  const ring = (name: JobName): void => {
    const state = states.get(name);
    if (!open || !state || state.failures > 0) return;
    state.rung = true;
    if (state.waiting) return;
    if (state.running >= concurrency) state.again = true;
    else begin(name, state);
  };

  const begin = (name: JobName, state: State): void => {
    if (!isBusy(state)) state.since = performance.now();
    state.waiting = true;
    outside.runInAsyncScope(setImmediate, undefined, () => void run(name, state));
  };

  const run = async (name: JobName, state: State): Promise<void> => {
    state.waiting = false;
    if (open) {
      state.running++;
      const more = await attempt(name, state);
      const { since } = state;
      state.running--;
      if (more || state.again) {
        state.again = false;
        ring(name);
        state.since = since;
      }
      if (open && !isBusy(state) && state.rung) {
        state.rung = false;
        rested();
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
      log.error({ err: error, job: name, failures: state.failures }, "job failed; it is tried again soon");
      clearTimeout(state.retry);
      const wait = Math.min(1000 * 2 ** (state.failures - 1), LONGEST_RETRY_MS);
      state.retry = setTimeout(() => ringAll([name]), wait).unref();
      return false;
    }
  };

  const ringAll = (names: Iterable<JobName> = states.keys()): void => {
    for (const name of open ? names : []) {
      const state = states.get(name);
      if (state && !isBusy(state)) begin(name, state);
    }
  };

  return {
    handlers,
    add(name, handler) {
      handlers.set(name, handler);
      states.set(name, {
        handler,
        waiting: false,
        running: 0,
        since: 0,
        rung: false,
        again: false,
        failures: 0,
        retry: undefined,
      });
    },
    ring,
    ringAll,
    busyFor(name) {
      const state = states.get(name);
      return state && isBusy(state) ? performance.now() - state.since : 0;
    },
    isOpen: () => open,
    open() {
      open = true;
    },
    close() {
      open = false;
      for (const state of states.values()) {
        state.again = false;
        clearTimeout(state.retry);
      }
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
