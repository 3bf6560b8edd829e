import type { JobLogEntry, JobLogger } from "agenda";
import { expect } from "chai";
import type { Current } from "./subject.js";

const at = (seconds: number) => new Date(Date.parse("2026-03-02T09:00:00.000Z") + seconds * 1000);

/** What the job logger promises. */
export function logging(current: Current): void {
  const logger = (): JobLogger => {
    const { logger } = current().backend;
    if (!logger) throw new Error("This backend keeps no log.");
    return logger;
  };
  const write = (seconds: number, more: Partial<JobLogEntry>) =>
    logger().log({ timestamp: at(seconds), level: "info", event: "start", jobName: "a", message: "started", ...more });
  const messages = async (query: Parameters<JobLogger["getLogs"]>[0]) =>
    (await logger().getLogs(query)).entries.map((entry) => entry.message);

  const aDay = async () => {
    await write(0, { jobId: "1", message: "one" });
    await write(1, { jobId: "1", event: "success", message: "two", duration: 1000 });
    await write(2, { jobId: "2", jobName: "b", message: "three" });
    await write(3, { jobId: "2", jobName: "b", event: "fail", level: "error", message: "four" });
    await write(4, { jobId: "2", jobName: "b", event: "retry", level: "warn", message: "five" });
  };

  it("keeps every field", async () => {
    const entry: Omit<JobLogEntry, "_id"> = {
      timestamp: at(0),
      level: "warn",
      event: "retry:exhausted",
      jobId: "job-1",
      jobName: "a",
      message: "naïve — 😀",
      duration: 1500,
      error: "timeout",
      failCount: 3,
      retryDelay: 5000,
      retryAttempt: 2,
      agendaName: "worker",
      meta: { custom: ["value"] },
    };
    await logger().log(entry);
    const { entries, total } = await logger().getLogs();
    expect(total).to.equal(1);
    expect(entries[0]).to.deep.include(entry);
    expect(entries[0]?._id).to.be.a("string");
  });

  it("gives the newest first, or the oldest, and pages with the total", async () => {
    await aDay();
    expect(await messages({})).to.deep.equal(["five", "four", "three", "two", "one"]);
    expect(await messages({ sort: "asc", limit: 2, offset: 2 })).to.deep.equal(["three", "four"]);
    expect((await logger().getLogs({ limit: 1 })).total).to.equal(5);
  });

  it("filters by job, name, levels, events and time, bounds included", async () => {
    await aDay();
    expect(await messages({ jobId: "1", sort: "asc" })).to.deep.equal(["one", "two"]);
    expect(await messages({ jobName: "b", level: "error" })).to.deep.equal(["four"]);
    expect(await messages({ level: ["error", "warn"], sort: "asc" })).to.deep.equal(["four", "five"]);
    expect(await messages({ event: "success" })).to.deep.equal(["two"]);
    expect(await messages({ event: ["fail", "retry"], sort: "asc" })).to.deep.equal(["four", "five"]);
    expect(await messages({ from: at(1), to: at(3), sort: "asc" })).to.deep.equal(["two", "three", "four"]);
    expect(await messages({ jobName: "nobody" })).to.deep.equal([]);
  });

  it("clears what meets a query, or everything", async () => {
    await aDay();
    expect(await logger().clearLogs({ jobName: "a" })).to.equal(2);
    expect(await logger().clearLogs({ jobName: "nobody" })).to.equal(0);
    expect(await logger().clearLogs()).to.equal(3);
    expect((await logger().getLogs()).total).to.equal(0);
  });
}
