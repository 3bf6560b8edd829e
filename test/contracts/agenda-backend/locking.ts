import { expect } from "chai";
import { ago, ahead, type Current, next, saved, stored } from "./subject.js";

/** What handing jobs out promises. */
export function locking(current: Current): void {
  const repository = () => current().backend.repository;

  it("hands out the job due first, the higher priority among equals, and says who has it", async () => {
    const nextRunAt = ago(60);
    await saved(current, { nextRunAt: ago(30), priority: 99, data: "later" });
    await saved(current, { nextRunAt, priority: 5, data: "low" });
    await saved(current, { nextRunAt, priority: 10, data: "high" });
    const order = [await next(current().backend), await next(current().backend), await next(current().backend)];
    expect(order.map((job) => job?.data)).to.deep.equal(["high", "low", "later"]);
    expect(order[0]).to.include({ lastModifiedBy: "worker" });
    expect(order[0]?.lockedAt).to.be.instanceOf(Date);
    expect(await next(current().backend)).to.equal(undefined);
  });

  it("takes what is due by the next scan and leaves the rest", async () => {
    await saved(current, { nextRunAt: ahead(0.5) });
    await saved(current, { nextRunAt: ahead(60) });
    await saved(current, { nextRunAt: null });
    await saved(current, { disabled: true });
    await saved(current, { name: "other" });
    expect(await next(current().backend)).to.not.equal(undefined);
    expect(await next(current().backend)).to.equal(undefined);
  });

  it("hands a job out again when its lock has run out, whenever it would be due", async () => {
    for (const nextRunAt of [ago(60), null, ahead(3600)]) {
      const job = await saved(current, { nextRunAt });
      await repository().saveJobState({ ...job, lockedAt: ago(601) }, undefined);
      const again = await next(current().backend);
      expect(again?._id).to.equal(job._id);
      expect(again?.lockedAt?.getTime()).to.be.closeTo(Date.now(), 5000);
    }
  });

  it("locks a job that is as the caller knows it, once", async () => {
    const job = await saved(current);
    const locked = await repository().lockJob(job, { lastModifiedBy: "worker" });
    expect(locked).to.include({ _id: job._id, lastModifiedBy: "worker" });
    expect(await repository().lockJob(job, undefined)).to.equal(undefined);
  });

  it("does not lock a job that moved, is disabled or has no id", async () => {
    const job = await saved(current);
    expect(await repository().lockJob({ ...job, nextRunAt: ago(1) }, undefined)).to.equal(undefined);
    const { _id, ...unsaved } = job;
    expect(await repository().lockJob(unsaved, undefined)).to.equal(undefined);
    await repository().disableJobs({ id: _id });
    expect(await repository().lockJob(job, undefined)).to.equal(undefined);
  });

  it("lets go of a job that waits, but not of one that runs", async () => {
    const job = await saved(current);
    const locked = (await next(current().backend)) ?? job;
    await repository().unlockJob(locked);
    expect((await stored(current, job._id)).lockedAt).to.equal(undefined);
    const running = (await next(current().backend)) ?? job;
    await repository().saveJobState({ ...running, nextRunAt: null }, undefined);
    await repository().unlockJob(running);
    expect((await stored(current, job._id)).lockedAt).to.be.instanceOf(Date);
  });

  it("lets go of many, running or not", async () => {
    const jobs = [await saved(current), await saved(current), await saved(current)];
    for (const job of jobs) await repository().lockJob(job, undefined);
    await repository().unlockJobs(jobs.slice(0, 2).map((job) => job._id));
    await repository().unlockJobs([]);
    expect((await repository().queryJobs({ state: "running" })).total).to.equal(1);
  });

  it("never hands one job to two workers", async () => {
    for (let n = 0; n < 30; n++) await saved(current, { data: n });
    const workers = [current().backend, await current().another(), await current().another()];
    const taken: unknown[] = [];
    const work = async (worker: (typeof workers)[number]) => {
      for (let job = await next(worker); job; job = await next(worker)) taken.push(job.data);
    };
    await Promise.all(workers.flatMap((worker) => [work(worker), work(worker)]));
    expect(taken.sort((a, b) => Number(a) - Number(b))).to.deep.equal(Array.from({ length: 30 }, (_, n) => n));
  });
}

/** What ours promises beyond the official ones: a lock has an owner. */
export function fencing(current: Current): void {
  it("lets a worker that lost its lock neither save nor unlock the job", async () => {
    const job = await saved(current);
    const { repository } = current().backend;
    const late = (await repository.getNextJobToRun("bell", ahead(1), ago(600), ago(700), undefined)) ?? job;
    const owner = (await next(await current().another())) ?? job;
    const refusal = await repository
      .saveJobState({ ...late, progress: 99 }, undefined)
      .catch((error: Error) => error.message);
    await repository.unlockJob(late);
    expect(refusal).to.match(/cannot be updated/);
    expect(await stored(current, job._id)).to.deep.include({ lockedAt: owner.lockedAt });
    await repository.saveJobState({ ...owner, progress: 10 }, undefined);
    expect(await stored(current, job._id)).to.include({ progress: 10 });
  });
}
