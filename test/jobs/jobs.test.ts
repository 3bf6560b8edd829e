import type { AgendaBackend } from "agenda";
import { expect } from "chai";
import pino from "pino";
import type { Database } from "../../src/db/index.js";
import { createJobs, type Jobs, SqlAgendaBackend } from "../../src/jobs/index.js";
import { systemClock } from "../../src/shared/clock.js";
import { dialects, freshDatabase, type TestDatabase } from "../support/databases.js";
import { until } from "./until.js";

const log = pino({ enabled: false });

for (const dialect of dialects) {
  describe(`jobs on ${dialect}`, () => {
    let fresh: TestDatabase;
    let started: Jobs[];
    const jobsOf = (db: Database, more: { poll?: number; backend?: AgendaBackend } = {}): Jobs => {
      const jobs = createJobs({ db, clock: systemClock, log, ...more });
      started.push(jobs);
      return jobs;
    };
    const bells = async () => (await fresh.db.all("SELECT name, nextRunAt FROM millrace_jobs")).length;

    before(async () => {
      fresh = await freshDatabase(dialect);
      await fresh.db.run("CREATE TABLE work (id INTEGER PRIMARY KEY, done INTEGER NOT NULL)");
    });
    beforeEach(() => {
      started = [];
    });
    afterEach(async () => {
      for (const jobs of started) await jobs.stop();
      await fresh.db.run("DELETE FROM millrace_jobs");
      await fresh.db.run("DELETE FROM work");
    });
    after(() => fresh.drop());

    it("starts a nudged handler within a few milliseconds", async () => {
      const jobs = jobsOf(fresh.db, { poll: 60_000 });
      const starts: number[] = [];
      jobs.define("relay", async () => void starts.push(performance.now()));
      await jobs.start();
      await until(() => starts.length === 1);
      const delays: number[] = [];
      for (let n = 1; n < 20; n++) {
        const rung = performance.now();
        jobs.nudge("relay");
        await until(() => starts.length > n);
        delays.push((starts[n] ?? Number.NaN) - rung);
      }
      expect(delays.sort((a, b) => a - b)[9]).to.be.below(5);
    });

    it("lets a handler write although it is rung inside a transaction", async () => {
      const jobs = jobsOf(fresh.db, { poll: 60_000 });
      let done = false;
      jobs.define("relay", async () => {
        await fresh.db.run("UPDATE work SET done = 1 WHERE done = 0");
        done = (await fresh.db.one("SELECT id FROM work WHERE done = 1")) !== null;
      });
      await jobs.start();
      await fresh.db.inTransaction(async (tx) => {
        await fresh.db.run("INSERT INTO work (id, done) VALUES (1, 0)", [], tx);
        tx.afterCommit(() => jobs.nudge("relay"));
        jobs.at("relay", Date.now() + 90_000);
      });
      await until(() => done);
      await until(async () => (await bells()) === 1);
    });

    it("does not make a host that writes wait for a bell that waits for the host", async () => {
      const host = fresh.db.sequelize;
      const web = jobsOf(fresh.db);
      await host.transaction(async (transaction) => {
        await host.query("INSERT INTO work (id, done) VALUES (9, 0)", { transaction });
        web.nudge("relay");
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect(await fresh.db.all("SELECT id FROM work WHERE id = 9")).to.deep.equal([]);
      });
      await until(async () => (await bells()) === 1);
    });

    it("writes nothing while there is nothing to do", async () => {
      const written: string[] = [];
      const watched: Database = {
        ...fresh.db,
        run: (sql, params, tx) => {
          written.push(sql);
          return fresh.db.run(sql, params, tx);
        },
      };
      const jobs = jobsOf(watched, { poll: 20 });
      let rings = 0;
      jobs.define("relay", async () => void rings++);
      await jobs.start();
      await until(() => rings > 5);
      expect(written).to.deep.equal([]);
    });

    it("drains: waits for what runs, starts nothing more, and says whether it was in time", async () => {
      const jobs = jobsOf(fresh.db, { poll: 20 });
      let end = () => {};
      let rings = 0;
      jobs.define("relay", () => {
        rings++;
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      });
      await jobs.start();
      await until(() => rings === 1);
      expect(await jobs.drain(5)).to.equal(false);
      end();
      expect(await jobs.drain(1000)).to.equal(true);
      jobs.nudge("relay");
      expect(rings).to.equal(1);
    });

    it("leaves the bells it had taken to others when it stops, and can start again", async () => {
      const jobs = jobsOf(fresh.db, { poll: 2000 });
      jobs.define("runs", async () => {});
      await jobs.start();
      jobs.at("runs", Date.now() + 2500);
      await until(async () => (await bells()) === 1);
      await jobs.stop();
      expect(await fresh.db.one("SELECT id FROM millrace_jobs WHERE lockedAt IS NOT NULL")).to.equal(null);
      await jobs.start();
    });

    it("works by the poll when the backend of the bells cannot be reached", async () => {
      const backend = new SqlAgendaBackend({ db: fresh.db });
      backend.connect = () => Promise.reject(new Error("connection refused"));
      const jobs = jobsOf(fresh.db, { backend, poll: 50 });
      let rings = 0;
      jobs.define("runs", async () => void rings++);
      await jobs.start();
      jobs.at("runs", Date.now() + 10_000);
      await until(() => rings > 2);
    });

    it("moves the bells to what the timetable says, and rings them then", async () => {
      const jobs = jobsOf(fresh.db, { poll: 60_000 });
      const rung: number[] = [];
      const due = Date.now() + 1500;
      jobs.define("runs", async () => void rung.push(Date.now()));
      jobs.plan(async () => new Map([["runs", rung.some((at) => at >= due) ? due + 3_600_000 : due]]));
      await jobs.start();
      await until(() => rung.some((at) => at >= due));
      expect((rung.find((at) => at >= due) ?? 0) - due).to.be.below(1000);
      const stored = async () => Number((await fresh.db.one("SELECT nextRunAt FROM millrace_jobs"))?.["nextRunAt"]);
      await until(async () => (await stored()) === due + 3_600_000);
      expect(await bells()).to.equal(1);
    });
  });
}
