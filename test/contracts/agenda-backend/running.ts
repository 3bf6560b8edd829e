import { Agenda, type Job } from "agenda";
import { expect } from "chai";
import type { Current } from "./subject.js";

/** What Agenda itself does with the backend. It polls once an hour here: what happens at once, notifications do. */
export function running(current: Current): void {
  let agenda: Agenda;
  const repository = () => current().backend.repository;
  const nextEvent = (event: "complete" | "success:bell" | "fail:bell") =>
    new Promise((resolve) => agenda.once(event, resolve));
  const total = async () => (await repository().queryJobs({})).total;

  beforeEach(async () => {
    agenda = new Agenda({
      backend: current().backend,
      name: "worker",
      processEvery: 3_600_000,
      logging: true,
      removeOnComplete: true,
    });
    await agenda.ready;
  });
  afterEach(() => agenda.stop(false));

  it("runs a job that is due now, at once, and removes it", async () => {
    const heard: unknown[] = [];
    agenda.define("bell", async (job: Job) => void heard.push(job.attrs.data));
    await agenda.start();
    const done = nextEvent("complete");
    await agenda.now("bell", { id: 7 });
    await done;
    while ((await total()) > 0) await new Promise(setImmediate);
    expect(heard).to.deep.equal([{ id: 7 }]);
  });

  it("keeps a failed job with its reason, and logs its life", async () => {
    agenda.define("bell", async () => {
      throw new Error("cracked");
    });
    await agenda.start();
    const done = nextEvent("complete");
    await agenda.now("bell", {});
    await done;
    const { jobs } = await repository().queryJobs({ state: "failed" });
    expect(jobs[0]).to.deep.include({ failReason: "cracked", failCount: 1, nextRunAt: null, lastModifiedBy: "worker" });
    const { entries } = await agenda.getLogs({ event: ["start", "fail"], sort: "asc" });
    expect(entries.map((entry) => entry.agendaName)).to.deep.equal(["worker", "worker"]);
  });

  it("keeps one repeating job however often every() is called", async () => {
    agenda.define("bell", async () => {});
    await agenda.every(60_000, "bell", { n: 1 });
    await agenda.every(60_000, "bell", { n: 2 });
    const { jobs } = await repository().queryJobs({ name: "bell" });
    expect(jobs.map((job) => [job.type, job.data])).to.deep.equal([["single", { n: 2 }]]);
  });

  it("says how full the queue is", async () => {
    agenda.define("bell", async () => {});
    await agenda.start();
    await agenda.schedule(new Date(Date.now() - 1000), "nobody's", {});
    const stats = await agenda.getRunningStats();
    expect(stats).to.deep.include({ totalQueueSizeDB: 1 });
    expect(stats.backend).to.deep.equal({ name: current().backend.name, hasNotificationChannel: true });
  });
}
