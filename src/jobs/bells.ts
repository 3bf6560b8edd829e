import { AsyncResource } from "node:async_hooks";
import type { Logger } from "pino";
import type { Clock } from "../shared/clock.js";
import { messageOf } from "../shared/errors.js";
import type { JobName } from "./runner.js";

/** Further off than this (a day) no bell is hung: it would only fill the table, and the poll finds what is due. */
const HORIZON = 86_400_000;

/** Bells remembered as hung. Forgetting one costs a look at the table, no more. */
const REMEMBERED = 10_000;

/** Near bells of one name within this many milliseconds share a timer. */
const NEAR_STEP = 20;

/** Bells that ring at an instant. */
type Bells = {
  at(name: JobName, instant: number): void;
  /** Takes down the timers and stores no more of what waits to be stored. */
  close(): void;
};

type Ropes = {
  clock: Clock;
  log: Logger;
  /** Up to here (milliseconds ahead) a timer of this process is enough: any other process polls as soon. */
  near: number;
  ring(name: JobName): void;
  /** Stores a bell that some process will ring. */
  hang(name: JobName, at: Date): Promise<void>;
};

/**
 * A past instant rings at once, a near one by a timer, a later one by a stored job that all instants of the same second
 * share. Never throws and never waits: a bell that could not be hung is logged, and the poll makes up for it.
 */
export function createBells({ clock, log, near, ring, hang }: Ropes): Bells {
  const timers = new Map<string, NodeJS.Timeout>();
  const hung = new Set<string>();
  const waiting: { name: JobName; second: number }[] = [];
  let hanging = false;
  // Bells are asked for inside transactions; storing one must not count as a write of theirs.
  const outside = new AsyncResource("millrace.bells");

  const ringSoon = (name: JobName, slot: number, now: number): void => {
    const key = `${name} ${slot}`;
    // A timer may fire a moment early, and what is due in a moment is not due: it is set again for the rest.
    const arm = (wait: number) => {
      const timer = setTimeout(() => {
        const left = slot - clock.now();
        if (left > 0 && left < wait) return arm(left);
        timers.delete(key);
        ring(name);
      }, wait);
      timers.set(key, timer.unref());
    };
    if (!timers.has(key)) arm(slot - now);
  };

  const hangOnce = (name: JobName, second: number): void => {
    const key = `${name} ${second}`;
    if (hung.has(key)) return;
    if (hung.size >= REMEMBERED) hung.clear();
    hung.add(key);
    waiting.push({ name, second });
    if (!hanging) void outside.runInAsyncScope(hangAll);
  };

  /** One at a time, so that a thousand waits do not take the whole pool. */
  const hangAll = async (): Promise<void> => {
    hanging = true;
    for (let bell = waiting.shift(); bell; bell = waiting.shift()) {
      const { name, second } = bell;
      try {
        await hang(name, new Date(second));
      } catch (error) {
        hung.delete(`${name} ${second}`);
        log.warn({ job: name, at: second, reason: messageOf(error) }, "bell not hung; the poll makes up for it");
      }
    }
    hanging = false;
  };

  return {
    at(name, instant) {
      const now = clock.now();
      if (instant <= now) ring(name);
      else if (instant - now <= near) ringSoon(name, Math.ceil(instant / NEAR_STEP) * NEAR_STEP, now);
      else if (instant - now <= HORIZON) hangOnce(name, Math.ceil(instant / 1000) * 1000);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      waiting.length = 0;
    },
  };
}
