import { expect } from "chai";
import { ahead, aJob, type Current, saved, stored } from "./subject.js";

/** What `unique`, `insertOnly` and `debounce` promise. */
export function unique(current: Current): void {
  const repository = () => current().backend.repository;
  const total = async () => (await repository().queryJobs({})).total;
  const aboutAnn = { unique: { "data.user": "ann" }, data: { user: "ann" } };

  it("updates the job that meets it, of the same name only", async () => {
    const first = await saved(current, { ...aboutAnn, priority: 1 });
    const again = await saved(current, { ...aboutAnn, priority: 2, data: { user: "ann", more: true } });
    const elsewhere = await saved(current, { ...aboutAnn, name: "gong" });
    expect(again).to.deep.include({ _id: first._id, priority: 2, data: { user: "ann", more: true } });
    expect(elsewhere._id).to.not.equal(first._id);
  });

  it("meets jobs that were saved without it", async () => {
    const first = await saved(current, { data: { user: "ann" } });
    expect((await saved(current, aboutAnn))._id).to.equal(first._id);
  });

  it("tells values apart", async () => {
    await saved(current, aboutAnn);
    await saved(current, { unique: { "data.user": "bob" }, data: { user: "bob" } });
    expect(await total()).to.equal(2);
  });

  it("returns what exists untouched with insertOnly", async () => {
    const first = await saved(current, { ...aboutAnn, priority: 1 });
    const again = await saved(current, { ...aboutAnn, priority: 2, uniqueOpts: { insertOnly: true } });
    expect(again).to.deep.include({ _id: first._id, priority: 1 });
    expect(await stored(current, first._id)).to.deep.include({ priority: 1 });
  });

  it("frees its place when the job comes to mean something else", async () => {
    const first = await saved(current, aboutAnn);
    await repository().saveJob({ ...first, data: { user: "bob" } }, undefined);
    const second = await saved(current, aboutAnn);
    expect(second._id).to.not.equal(first._id);
    expect((await saved(current, aboutAnn))._id).to.equal(second._id);
  });

  it("puts a debounced job off with every save, and keeps the last data", async () => {
    const debounce = { delay: 5000 };
    const first = await saved(current, { ...aboutAnn, uniqueOpts: { debounce } });
    const again = await saved(current, { ...aboutAnn, data: { user: "ann", n: 2 }, uniqueOpts: { debounce } });
    expect(first.nextRunAt?.getTime()).to.be.closeTo(Date.now() + 5000, 1000);
    expect(again.debounceStartedAt).to.deep.equal(first.debounceStartedAt);
    expect(again.nextRunAt?.getTime()).to.be.at.least(first.nextRunAt?.getTime() ?? 0);
    expect(again.data).to.deep.equal({ user: "ann", n: 2 });
  });

  it("keeps a leading job's time", async () => {
    const uniqueOpts = { debounce: { delay: 5000, strategy: "leading" as const } };
    const first = await saved(current, { ...aboutAnn, uniqueOpts });
    const again = await saved(current, { ...aboutAnn, uniqueOpts, nextRunAt: ahead(9), data: { user: "ann", n: 2 } });
    expect(again).to.deep.include({ nextRunAt: first.nextRunAt, data: { user: "ann", n: 2 } });
  });

  it("runs a debounced job at once when maxWait has passed", async () => {
    const uniqueOpts = { debounce: { delay: 5000, maxWait: 1 } };
    const first = await saved(current, { ...aboutAnn, uniqueOpts });
    while (Date.now() <= (first.debounceStartedAt?.getTime() ?? 0) + 1) await new Promise(setImmediate);
    const again = await saved(current, { ...aboutAnn, uniqueOpts });
    expect(again.nextRunAt?.getTime()).to.be.at.most(Date.now());
    expect(again.debounceStartedAt).to.equal(undefined);
  });
}

/** What ours promises beyond the official ones. */
export function uniqueAmongMany(current: Current): void {
  it("has one job although many save it at once", async () => {
    const everyone = [current().backend, await current().another(), await current().another()];
    const nextRunAt = ahead(30);
    for (const one of [{ nextRunAt }, { "data.user": "ann" }]) {
      const job = aJob({
        nextRunAt,
        unique: one,
        uniqueOpts: { insertOnly: true },
        data: { user: "ann" },
        name: Object.keys(one).join(),
      });
      const jobs = await Promise.all(
        everyone.flatMap(({ repository }) => [1, 2, 3].map(() => repository.saveJob(job, undefined))),
      );
      expect(new Set(jobs.map((saved) => saved._id)).size).to.equal(1);
    }
  });
}

/** What `unique` promises of fields beside the data. */
export function uniqueByField(current: Current): void {
  const repository = () => current().backend.repository;

  it("goes by fields of the job too", async () => {
    const nextRunAt = ahead(30);
    const first = await saved(current, { unique: { nextRunAt }, nextRunAt });
    const same = await saved(current, { unique: { nextRunAt }, nextRunAt });
    const later = await saved(current, { unique: { nextRunAt: ahead(31) }, nextRunAt: ahead(31) });
    expect(same._id).to.equal(first._id);
    expect(later._id).to.not.equal(first._id);
  });

  it("refuses a field that does not exist, and SQL for one", async () => {
    for (const field of ["colour", '1"=1 OR "name']) {
      const error = await repository()
        .saveJob(aJob({ unique: { [field]: 1 } }), undefined)
        .catch((thrown: Error) => thrown.message);
      expect(error).to.contain("Invalid unique constraint field");
    }
  });
}
