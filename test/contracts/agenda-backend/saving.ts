import { expect } from "chai";
import { ago, ahead, aJob, type Current, saved, stored } from "./subject.js";

/** What `saveJob` and `saveJobState` promise. */
export function saving(current: Current): void {
  const repository = () => current().backend.repository;

  it("stores every field of a new job and names who saved it", async () => {
    const startDate = ahead(10);
    const settings = {
      priority: 10,
      repeatInterval: "5 minutes",
      repeatTimezone: "Europe/Paris",
      startDate,
      endDate: ahead(99),
      skipDays: [0, 6],
    };
    const job = await repository().saveJob(aJob({ ...settings, data: { deep: [1, "zwei", null] } }), {
      lastModifiedBy: "me",
    });
    const found = job._id && (await repository().getJobById(job._id));
    expect(found).to.deep.include({
      name: "bell",
      type: "normal",
      ...settings,
      data: { deep: [1, "zwei", null] },
      lastModifiedBy: "me",
    });
  });

  it("keeps instants to the millisecond", async () => {
    const nextRunAt = new Date("2031-02-03T04:05:06.789Z");
    const { _id } = await saved(current, { nextRunAt });
    expect((await stored(current, _id)).nextRunAt).to.deep.equal(nextRunAt);
  });

  it("makes two jobs of two saves without an id", async () => {
    await saved(current);
    await saved(current);
    expect((await repository().queryJobs({})).total).to.equal(2);
  });

  it("updates a job that has an id", async () => {
    const job = await saved(current, { priority: 5, data: { version: 1 } });
    const updated = await repository().saveJob(
      { ...job, priority: 20, data: { version: 2 }, nextRunAt: null },
      undefined,
    );
    expect(updated).to.deep.include({ _id: job._id, priority: 20, data: { version: 2 }, nextRunAt: null });
  });

  it("gives a job back unchanged when its id is gone", async () => {
    const job = await saved(current);
    await repository().removeJobs({ id: job._id });
    expect(await repository().saveJob({ ...job, priority: 7 }, undefined)).to.deep.equal({ ...job, priority: 7 });
    expect((await repository().queryJobs({})).total).to.equal(0);
  });

  it("leaves the lock and the last run alone when settings are saved", async () => {
    const job = await saved(current);
    await repository().lockJob(job, undefined);
    await repository().saveJob({ ...job, priority: 3 }, undefined);
    expect(await stored(current, job._id))
      .to.have.property("lockedAt")
      .that.is.instanceOf(Date);
  });

  it("has one single job of a name, updated by the next save", async () => {
    const first = await saved(current, { type: "single", nextRunAt: ahead(60), data: { run: 1 } });
    const second = await saved(current, { type: "single", nextRunAt: ahead(120), data: { run: 2 }, priority: 10 });
    expect(second).to.deep.include({ _id: first._id, priority: 10, data: { run: 2 } });
    expect(second.nextRunAt?.getTime()).to.be.greaterThan(Date.now() + 100_000);
    expect((await repository().queryJobs({ name: "bell" })).total).to.equal(1);
  });

  it("does not ring a single job early because it is saved with a past time", async () => {
    const first = await saved(current, { type: "single", nextRunAt: ahead(60) });
    const second = await saved(current, { type: "single", nextRunAt: ago(1) });
    expect(second.nextRunAt).to.deep.equal(first.nextRunAt);
  });

  it("keeps single and normal jobs of one name apart", async () => {
    const normal = await saved(current);
    const single = await saved(current, { type: "single" });
    expect(single._id).to.not.equal(normal._id);
  });

  it("stores how a running job is doing", async () => {
    const job = await saved(current);
    const state = {
      lastRunAt: ago(3),
      lastFinishedAt: ago(2),
      failedAt: ago(2),
      failCount: 2,
      failReason: "no",
      progress: 50.5,
      nextRunAt: null,
    };
    await repository().saveJobState({ ...job, ...state }, { lastModifiedBy: "worker" });
    expect(await stored(current, job._id)).to.deep.include({ ...state, lastModifiedBy: "worker" });
  });

  it("takes state that is not said away", async () => {
    const job = await saved(current);
    const locked = await repository().lockJob(job, undefined);
    const { lockedAt: _, ...finished } = locked ?? job;
    await repository().saveJobState({ ...finished, lastFinishedAt: new Date() }, undefined);
    expect((await stored(current, job._id)).lockedAt).to.equal(undefined);
  });

  it("saves the same state twice", async () => {
    const job = await saved(current);
    await repository().saveJobState(job, undefined);
    await repository().saveJobState(job, undefined);
  });

  it("refuses the state of a job that is gone or was never saved", async () => {
    const job = await saved(current);
    await repository().removeJobs({ id: job._id });
    expect(await failure(repository().saveJobState(job, undefined))).to.match(/cannot be updated/);
    expect(await failure(repository().saveJobState(aJob(), undefined))).to.match(/without job ID/);
  });
}

function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: Error) => error.message,
  );
}

/** What it promises when several processes save the same job at once. */
export function savingAtOnce(current: Current): void {
  it("has one single job although many save it at once", async () => {
    const others = await Promise.all([current().another(), current().another()]);
    const everyone = [current().backend, ...others];
    const jobs = await Promise.all(
      everyone.flatMap((one) => [1, 2, 3].map(() => one.repository.saveJob(aJob({ type: "single" }), undefined))),
    );
    expect(new Set(jobs.map((job) => job._id)).size).to.equal(1);
  });
}
