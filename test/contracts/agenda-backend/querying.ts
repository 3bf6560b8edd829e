import type { JobParameters, JobState } from "agenda";
import { expect } from "chai";
import { ago, ahead, type Current, saved, stored } from "./subject.js";

const states: [JobState, Partial<JobParameters>][] = [
  ["running", { lockedAt: ago(1) }],
  ["failed", { failedAt: ago(1), lastFinishedAt: ago(1), nextRunAt: null }],
  ["repeating", { repeatInterval: "1 minute", nextRunAt: ahead(86_400) }],
  ["scheduled", { nextRunAt: ahead(86_400) }],
  ["queued", { nextRunAt: ago(60) }],
  ["completed", { lastFinishedAt: ago(1), nextRunAt: null }],
];

/** What looking at jobs, counting and changing many of them promise. */
export function querying(current: Current): void {
  const repository = () => current().backend.repository;
  const names = async (options: Parameters<ReturnType<typeof repository>["queryJobs"]>[0]) =>
    (await repository().queryJobs(options)).jobs.map((job) => job.name);

  /** One job in each state, called by it. */
  const oneOfEach = async () => {
    for (const [name, { nextRunAt = null, repeatInterval, ...state }] of states) {
      const job = await saved(current, { name, nextRunAt, ...(repeatInterval ? { repeatInterval } : {}) });
      await repository().saveJobState({ ...job, ...state }, undefined);
    }
  };

  it("finds by state, with the state and the total", async () => {
    await oneOfEach();
    for (const [state] of states) {
      const { jobs, total } = await repository().queryJobs({ state, limit: 1 });
      expect(jobs.map((job) => [job.name, job.state])).to.deep.equal([[state, state]]);
      expect(total).to.equal(1);
    }
  });

  it("calls disabled jobs paused, besides their state", async () => {
    await oneOfEach();
    await repository().disableJobs({ names: ["queued", "failed"] });
    expect(await names({ state: "paused", sort: { name: "asc" } })).to.deep.equal(["failed", "queued"]);
    expect((await repository().queryJobs({ includeDisabled: false })).total).to.equal(4);
    const overview = await repository().getJobsOverview();
    expect(overview.find(({ name }) => name === "queued")).to.deep.include({
      total: 1,
      queued: 1,
      paused: 1,
      running: 0,
    });
    expect(overview).to.have.length(6);
  });

  it("finds by name, names, id, ids and part of a name, whatever its case", async () => {
    const a = await saved(current, { name: "mail-send" });
    const b = await saved(current, { name: "mail%poll" });
    await saved(current, { name: "other" });
    expect(await names({ name: "other" })).to.deep.equal(["other"]);
    expect(await names({ names: ["mail-send", "other"] })).to.have.members(["mail-send", "other"]);
    expect(await names({ id: a._id })).to.deep.equal(["mail-send"]);
    expect(await names({ ids: [a._id, b._id] })).to.have.members(["mail-send", "mail%poll"]);
    expect(await names({ search: "MAIL" })).to.have.members(["mail%poll", "mail-send"]);
  });

  it("sorts, later runs first unless told otherwise, and jobs without a time last", async () => {
    await saved(current, { name: "never", nextRunAt: null, priority: 2 });
    await saved(current, { name: "soon", nextRunAt: ahead(1), priority: 1 });
    await saved(current, { name: "late", nextRunAt: ahead(9), priority: 1 });
    expect(await names({})).to.deep.equal(["late", "soon", "never"]);
    expect(await names({ sort: { nextRunAt: "asc" } })).to.deep.equal(["soon", "late", "never"]);
    expect(await names({ sort: { priority: "desc", nextRunAt: "asc" } })).to.deep.equal(["soon", "late", "never"]);
    expect(await names({ sort: { priority: "desc", name: "asc" } })).to.deep.equal(["never", "late", "soon"]);
  });

  it("cuts pages and counts everything", async () => {
    for (const name of ["a", "b", "c"]) await saved(current, { name });
    for (const more of [{}, { state: "queued" as const }]) {
      const sort = { name: "asc" as const };
      const { jobs, total } = await repository().queryJobs({ ...more, sort, skip: 1, limit: 1 });
      expect([jobs.map((job) => job.name), total]).to.deep.equal([["b"], 3]);
      expect(await names({ ...more, sort, skip: 2 })).to.deep.equal(["c"]);
    }
  });

  it("knows every name once, and null for an id that is gone", async () => {
    const job = await saved(current, { name: "a" });
    await saved(current, { name: "b" });
    await saved(current, { name: "a" });
    expect((await repository().getDistinctJobNames()).sort()).to.deep.equal(["a", "b"]);
    expect(await repository().removeJobs({ id: job._id })).to.equal(1);
    expect(await repository().getJobById(job._id)).to.equal(null);
  });

  it("counts the jobs that are past their time", async () => {
    for (const nextRunAt of [ago(60), ago(1), ahead(60), null]) await saved(current, { nextRunAt });
    expect(await repository().getQueueSize()).to.equal(2);
  });

  it("removes by id, ids, name, names, other names and data, and nothing without a filter", async () => {
    const [a, b] = [await saved(current, { name: "a" }), await saved(current, { name: "b" })];
    for (const name of ["c", "c", "d", "e", "f"]) await saved(current, { name, data: { of: name } });
    expect(await repository().removeJobs({})).to.equal(0);
    expect(await repository().removeJobs({ ids: [], names: [], notNames: [] })).to.equal(0);
    expect(await repository().removeJobs({ ids: [a._id, b._id] })).to.equal(2);
    expect(await repository().removeJobs({ name: "c" })).to.equal(2);
    expect(await repository().removeJobs({ data: { of: "d" } })).to.equal(1);
    expect(await repository().removeJobs({ notNames: ["e"] })).to.equal(1);
    expect(await repository().removeJobs({ name: "nobody" })).to.equal(0);
    expect(await repository().getDistinctJobNames()).to.deep.equal(["e"]);
    expect(await repository().purgeAllJobs()).to.equal(1);
  });

  it("disables and enables, and does neither without a filter", async () => {
    const job = await saved(current, { data: { user: "ann" } });
    await saved(current);
    expect(await repository().disableJobs({})).to.equal(0);
    expect(await repository().disableJobs({ data: { user: "ann" } })).to.equal(1);
    expect((await stored(current, job._id)).disabled).to.equal(true);
    expect(await repository().enableJobs({ id: job._id })).to.equal(1);
    expect((await stored(current, job._id)).disabled).to.not.equal(true);
  });
}

/** What `queryJobs` promises of the data. */
export function queryingData(current: Current): void {
  const repository = () => current().backend.repository;
  const names = async (options: Parameters<ReturnType<typeof repository>["queryJobs"]>[0]) =>
    (await repository().queryJobs(options)).jobs.map((job) => job.name);

  it("finds by part of the data", async () => {
    await saved(current, { name: "ann", data: { user: { id: 7, tags: ["a", "b"] } } });
    await saved(current, { name: "bob", data: { user: { id: 8 } } });
    expect(await names({ data: { user: { id: 7 } } })).to.deep.equal(["ann"]);
    expect(await names({ data: { user: { id: "7" } } })).to.deep.equal([]);
    expect(await names({ data: { user: {} }, sort: { name: "asc" } })).to.deep.equal(["ann", "bob"]);
    expect((await repository().queryJobs({ data: { user: { id: 8 } }, limit: 5 })).total).to.equal(1);
  });
}
