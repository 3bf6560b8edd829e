import type { AgendaBackend } from "agenda";
import { expect } from "chai";
import pino from "pino";
import type { Database } from "../../src/db/index.js";
import { createJobs } from "../../src/jobs/index.js";
import { systemClock } from "../../src/shared/clock.js";

const log = pino({ enabled: false });

describe("jobs without timers", () => {
  const make = () => createJobs({ db: {} as Database, clock: systemClock, log, backend: {} as AgendaBackend });

  it("runs the handlers in order until none finds work", async () => {
    const jobs = make();
    const [events, runs, trace]: [number[], number[], string[]] = [[1, 2], [], []];
    jobs.define("relay", async () => {
      trace.push("relay");
      const found = events.splice(0, 1);
      runs.push(...found);
      return found.length;
    });
    jobs.define("runs", async () => {
      trace.push("runs");
      return runs.splice(0).length;
    });
    expect(await jobs.runAll()).to.equal(4);
    expect(trace).to.deep.equal(["relay", "runs", "relay", "runs", "relay", "runs"]);
  });

  it("throws what a handler throws", async () => {
    const jobs = make();
    jobs.define("relay", async () => {
      throw new Error("no database");
    });
    expect(await jobs.runAll().catch((error: Error) => error.message)).to.equal("no database");
  });

  it("does nothing when nudged", async () => {
    const jobs = make();
    let rings = 0;
    jobs.define("relay", async () => void rings++);
    jobs.nudge("relay");
    await new Promise(setImmediate);
    expect(rings).to.equal(0);
  });

  it("refuses a name twice and a sixth name", () => {
    const jobs = make();
    for (const name of ["a", "b", "c", "d", "e"]) jobs.define(name, async () => 0);
    expect(() => jobs.define("a", async () => 0)).to.throw("already defined");
    expect(() => jobs.define("f", async () => 0)).to.throw("one job too many");
  });
});
