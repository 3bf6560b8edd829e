import { foldCounts } from "./counts/index.js";
import { lookBack, relayEvents } from "./enrollments/index.js";
import type { Jobs } from "./jobs/index.js";
import { remindPeople } from "./people/index.js";
import { forgetOld } from "./retention/index.js";
import { advanceDueRuns, continueMoves, type Engine } from "./runs/index.js";
import { timetable } from "./timetable.js";
import { fireDates, fireSchedules } from "./triggers/index.js";

/** The whole engine is a handful of jobs: each finds its work in rows, does what is there, and returns how much it was. */
export function defineJobs(engine: Engine, jobs: Jobs): void {
  const define = (name: string, work: () => Promise<number>, options: { everyPoll?: boolean } = {}) =>
    jobs.define(name, () => watched(engine, name, work), options);
  define("relay", () => relayEvents(engine));
  define("runs", () => advanceDueRuns(engine));
  // Publications of other processes and zones that were moved stand in no row that says when.
  define("schedules", () => fireSchedules(engine), { everyPoll: true });
  define("dates", () => fireDates(engine));
  define(
    "waits",
    async () =>
      (await lookBack(engine)) +
      (await remindPeople(engine)) +
      (await continueMoves(engine)) +
      (await forgetOld(engine)) +
      (await foldCounts(engine)),
  );
  jobs.plan(() => timetable(engine.db));
}

async function watched(engine: Engine, name: string, work: () => Promise<number>): Promise<number> {
  try {
    const done = await work();
    engine.observer.jobRan(name, false);
    return done;
  } catch (error) {
    engine.observer.jobRan(name, true);
    throw error;
  }
}
