import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { dialects } from "../support/databases.js";
import { engineWorld, whenWon } from "../support/engine-world.js";

const program = fileURLToPath(new URL("../support/worker-process.ts", import.meta.url));

/** A worker in a process of its own, ready to work. */
async function worker(url: string): Promise<ChildProcess> {
  const child = fork(program, { execArgv: ["--import", "tsx"], env: { ...process.env, DATABASE_URL: url, MILLRACE_LEASE: "1s", SECRET_KEY: "test", LOG_LEVEL: "silent", MILLRACE_POLL: "100" } });
  await new Promise((ready) => child.once("message", ready));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((exit) => child.once("exit", exit));
  child.kill("SIGKILL");
  await gone;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

for (const dialect of dialects) {
  describe(`a worker killed at random moments, on ${dialect}`, function () {
    this.timeout(180_000);
    const kills = Number(process.env["CRASH_KILLS"] ?? 8);
    const changes = Number(process.env["CRASH_CHANGES"] ?? 200);

    it(`gives each of ${changes} changes its run and its task, once, after ${kills} kills`, async () => {
      const world = await engineWorld(dialect);
      const { id } = await world.automation({
        triggers: [whenWon],
        steps: [
          { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } },
          { key: "task", kind: "task.create", config: { title: "Call {{ record.name }}" } },
        ],
      });
      world.clock.set(new Date().toISOString());
      let victim = await worker(world.url);
      const arriving = (async () => {
        for (let n = 0; n < changes; n++) {
          const deal = await world.deal({ name: `Deal ${n}` });
          await world.change("deal", deal.id, { stage: "won" });
        }
      })();
      for (let n = 0; n < kills; n++) {
        await pause(Math.random() * 300);
        await kill(victim);
        victim = await worker(world.url);
      }
      await arriving;
      const finished = async () => Number((await world.db.one("SELECT COUNT(*) AS n FROM millrace_runs WHERE status = 'completed'"))?.["n"]);
      for (let tries = 0; tries < 600 && (await finished()) < changes; tries++) await pause(100);
      await kill(victim);
      const runs = await world.db.all("SELECT recordId, status FROM millrace_runs WHERE automationId = ?", [id]);
      expect(runs.map((run) => run["status"])).to.deep.equal(Array(changes).fill("completed"));
      expect(new Set(runs.map((run) => run["recordId"])).size).to.equal(changes);
      const titles = (await world.db.all("SELECT title FROM crm_tasks")).map((row) => String(row["title"]));
      expect(titles).to.have.length(changes);
      expect(new Set(titles).size).to.equal(changes);
      await world.drop();
    });
  });
}
