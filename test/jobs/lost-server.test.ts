import { expect } from "chai";
import pino from "pino";
import { createJobs, type Jobs, officialBackend } from "../../src/jobs/index.js";
import { systemClock } from "../../src/shared/clock.js";
import { freshDatabase, type TestDatabase } from "../support/databases.js";
import { type JobServer, jobServers } from "../support/job-servers.js";
import { until } from "./until.js";

for (const [name, make] of Object.entries(jobServers)) {
  describe(`bells on ${name}, whose server comes and goes`, () => {
    let fresh: TestDatabase;
    let server: JobServer;
    let jobs: Jobs;
    let rung: number[];
    let said: string[];
    const begin = async (poll: number) => {
      [rung, said] = [[], []];
      const log = pino({}, { write: (line: string) => void said.push(JSON.parse(line).msg) });
      jobs = createJobs({ db: fresh.db, clock: systemClock, log, poll, backend: await officialBackend(server.url) });
      jobs.define("runs", async () => void rung.push(Date.now()));
      await jobs.start();
    };
    /** A bell of another process rings here. */
    const bellRings = async () => {
      const web = createJobs({
        ...{ db: fresh.db, clock: systemClock, log: pino({ enabled: false }) },
        backend: await officialBackend(server.url),
      });
      const asked = Date.now();
      web.nudge("runs");
      await until(() => rung.some((at) => at >= asked), 5000);
      await web.stop();
    };

    before(async () => {
      fresh = await freshDatabase("sqlite");
      server = await make();
    });
    afterEach(() => jobs.stop());
    after(async () => {
      await server.drop();
      await fresh.drop();
    });

    it("starts without it, works by the poll, and has its bells once it is there", async () => {
      await begin(100);
      await until(() => rung.length > 3);
      await server.start();
      await until(() => said.includes("stored bells ring again"), 10_000);
      expect(said.filter((line) => line.startsWith("stored bells do not ring"))).to.have.length(1);
    }).timeout(30_000);

    it("lives through a restart, and the bells come back by themselves", async () => {
      await begin(60_000);
      await bellRings();
      await server.stop();
      await until(() => said.some((line) => line.startsWith("stored bells do not ring")), 10_000);
      jobs.nudge("runs");
      const before = rung.length;
      await until(() => rung.length > before);
      await server.start();
      await until(() => said.includes("stored bells ring again"), 10_000);
      await bellRings();
    }).timeout(40_000);
  });
}
