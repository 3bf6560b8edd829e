import { expect } from "chai";
import { pino } from "pino";
import { notificationsOf } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import { createJobs } from "../../src/jobs/index.js";
import { defineJobs } from "../../src/worker.js";
import { engineWorld } from "../support/engine-world.js";

describe("the worker", () => {
  it("tells people what waits for them", async () => {
    const world = await engineWorld("sqlite");
    const jobs = createJobs({ db: world.db, clock: world.clock, log: pino({ level: "silent" }) });
    defineJobs(world.engine, jobs);
    const steps = [{ key: "ask", kind: "approval", config: { assignees: { role: "admin" } } }];
    const { id } = await world.automation({ steps }, "Discount", "graph");
    await startManually(world.engine, world.workspaceId, id, { recordId: (await world.deal()).id }, world.by);
    await jobs.runAll();
    expect((await notificationsOf(world.engine, world.user.id)).map(({ title }) => title)).to.deep.equal([
      "For you: Discount",
    ]);
    await world.drop();
  });
});
