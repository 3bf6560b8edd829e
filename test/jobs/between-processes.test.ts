import { expect } from "chai";
import pino from "pino";
import { connect } from "../../src/db/index.js";
import { createJobs, type Jobs } from "../../src/jobs/index.js";
import { systemClock } from "../../src/shared/clock.js";
import { dialects, freshDatabase, type TestDatabase } from "../support/databases.js";
import { until } from "./until.js";

for (const dialect of dialects) {
  describe(`jobs between processes on ${dialect}`, () => {
    let fresh: TestDatabase;
    let started: Jobs[] = [];
    const jobsOf = (poll?: number): Jobs => {
      const settings = { db: fresh.db, clock: systemClock, log: pino({ enabled: false }) };
      const jobs = createJobs(poll === undefined ? settings : { ...settings, poll });
      started.push(jobs);
      return jobs;
    };
    const bells = () => fresh.db.all("SELECT nextRunAt, lockedAt FROM millrace_jobs");

    before(async () => {
      fresh = await freshDatabase(dialect);
      await fresh.db.run("CREATE TABLE work (id INTEGER PRIMARY KEY, done INTEGER NOT NULL)");
    });
    afterEach(async () => {
      for (const jobs of started) await jobs.stop();
      started = [];
      await fresh.db.run("DELETE FROM millrace_jobs");
    });
    after(() => fresh.drop());

    it("picks up another process's work within about a second", async () => {
      const jobs = jobsOf();
      jobs.define("relay", async () => (await fresh.db.run("UPDATE work SET done = 1 WHERE done = 0")).changes);
      await jobs.start();
      const elsewhere = connect(fresh.url);
      await elsewhere.run("INSERT INTO work (id, done) VALUES (1, 0)");
      jobsOf().nudge("relay");
      const took = await until(async () => (await elsewhere.one("SELECT id FROM work WHERE done = 1")) !== null);
      await elsewhere.sequelize.close();
      expect(took).to.be.below(2000);
    });

    it("rings a stored bell on time, in one of two processes, and only once", async () => {
      const [here, there] = [jobsOf(1500), jobsOf(1500)];
      const web = jobsOf(100);
      const rung: number[] = [];
      for (const jobs of [here, there]) jobs.define("runs", async () => void rung.push(Date.now()));
      const due = Date.now() + 2000;
      for (let n = 0; n < 50; n++) web.at("runs", due + 5_000 - n * 100);
      web.at("runs", due);
      await until(async () => (await bells()).some(({ nextRunAt }) => Number(nextRunAt) === due));
      expect(await bells()).to.have.length(1);
      await here.start();
      await there.start();
      await until(() => rung.some((at) => at >= due));
      expect((rung.find((at) => at >= due) ?? 0) - due).to.be.below(500);
      await until(async () =>
        (await bells()).every(({ nextRunAt, lockedAt }) => nextRunAt === null && lockedAt === null),
      );
      expect(rung.filter((at) => at >= due)).to.have.length.below(3);
    });
  });
}
