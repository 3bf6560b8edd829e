import { AsyncResource } from "node:async_hooks";
import type { Logger } from "pino";
import type { Clock } from "../shared/clock.js";
import { messageOf } from "../shared/errors.js";
import type { JobName } from "./runner.js";

/** Further off than this (a day) no bell is hung: long before, a poll finds the instant again. */
const HORIZON = 86_400_000;

/** A near bell rings at the end of a slot of so many milliseconds, so that bells close together are one. */
const NEAR_STEP = 20;

/** Bells are stored at most once in so many milliseconds: of those asked for meanwhile the earliest of each name. */
const PAUSE_MS = 200;

/** The next instant of each name. */
type Bells = {
  /** Rings a name at an instant, unless it rings earlier anyway: whoever is rung looks for what is next. */
  at(name: JobName, instant: number): void;
  /** Stores that a name is to be rung, by whichever process is first. */
  store(name: JobName, instant: number): void;
  /** Takes down the timers and stores what they were for; waits until that is done, at most `timeoutMs`. */
  handOver(timeoutMs: number): Promise<void>;
};

type Ropes = {
  clock: Clock;
  log: Logger;
  /** Up to here (milliseconds ahead) a timer is enough in a process that works. */
  near: number;
  isWorking(): boolean;
  ring(name: JobName): void;
  /** Moves the stored bell of a name forward to an instant, or leaves it where it rings earlier. */
  hang(name: JobName, at: Date): Promise<void>;
};

/**
 * Rings by a timer what is near and this process can do; anything else is stored for all processes as the one bell of its
 * name. Never throws and never waits: a bell that could not be stored is logged, and the poll makes up for it.
 */
export function createBells({ clock, log, near, isWorking, ring, hang }: Ropes): Bells {
  const timers = new Map<JobName, { slot: number; timer: NodeJS.Timeout }>();
  const wanted = new Map<JobName, number>();
  const stored = new Map<JobName, number>();
  let posting: Promise<void> | null = null;
  let hurry = (): void => {};
  let leaving = false;
  // Bells are asked for inside transactions; storing one must not count as a write of theirs.
  const outside = new AsyncResource("millrace.bells");

  const ringSoon = (name: JobName, slot: number): void => {
    const set = timers.get(name);
    if (set && set.slot <= slot) return;
    clearTimeout(set?.timer);
    // A timer may fire a moment early, and what is due in a moment is not due: it is set again for the rest.
    const arm = () => {
      const wait = slot - clock.now();
      const timer = setTimeout(() => {
        const left = slot - clock.now();
        if (left > 0 && left < wait) return arm();
        timers.delete(name);
        ring(name);
      }, wait);
      timers.set(name, { slot, timer: timer.unref() });
    };
    arm();
  };

  const store = (name: JobName, instant: number): void => {
    // Stored by us already and not yet rung; whoever may have rung it before its time has looked for what is next.
    if (stored.get(name) === instant && instant > clock.now()) return;
    wanted.set(name, Math.min(instant, wanted.get(name) ?? instant));
    posting ??= outside.runInAsyncScope(postAll).finally(() => {
      posting = null;
    });
  };

  const postAll = async (): Promise<void> => {
    while (wanted.size > 0) {
      const batch = [...wanted];
      wanted.clear();
      for (const [name, at] of batch) await post(name, at);
      if (!leaving) await pause();
    }
  };

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS).unref();
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const post = (name: JobName, at: number): Promise<void> =>
    hang(name, new Date(at)).then(
      () => void stored.set(name, at),
      (error: unknown) => {
        log.debug({ job: name, at, reason: messageOf(error) }, "bell not stored; the poll makes up for it");
      },
    );

  return {
    at(name, instant) {
      const ahead = instant - clock.now();
      if (ahead <= 0 && isWorking()) ring(name);
      else if (ahead <= near && isWorking()) ringSoon(name, Math.ceil(instant / NEAR_STEP) * NEAR_STEP);
      else if (ahead <= HORIZON) store(name, instant);
    },
    store,
    async handOver(timeoutMs) {
      for (const [name, { slot, timer }] of timers) {
        clearTimeout(timer);
        store(name, slot);
      }
      timers.clear();
      leaving = true;
      hurry();
      await Promise.race([posting, new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref())]);
      leaving = false;
    },
  };
}
