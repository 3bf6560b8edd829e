import { expect } from "chai";
import { startManually } from "../../src/enrollments/index.js";
import type { Document } from "../../src/graph/index.js";
import { forgetOld } from "../../src/retention/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const later = "2035-01-01T12:00:00Z";
const note: Document["steps"] = [{ key: "a", kind: "set_variables", config: { values: { x: 1 } } }];
const pause: Document["steps"] = [{ key: "a", kind: "wait", config: { until: "2040-01-01T00:00:00Z" } }];

for (const dialect of dialects) {
  describe(`forgetting old runs, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect, { MILLRACE_RETENTION: "completed=90d, events=90d" });
    });
    afterEach(() => world.drop());

    async function ran(document: Partial<Document> & Pick<Document, "steps">) {
      const { id } = await world.automation(document);
      const deal = await world.deal();
      const run = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id }, world.by);
      await world.drain();
      return run.id;
    }
    const left = async () => (await world.runs()).map(({ id }) => id);
    const rows = async (table: string) => Number((await world.db.one(`SELECT COUNT(*) AS n FROM ${table}`))?.["n"]);
    const pass = async () => {
      while ((await forgetOld(world.engine)) > 0);
    };

    it("deletes what has been over for long enough, with its steps, and nothing else", async () => {
      await ran({ steps: note });
      const waiting = await ran({ steps: pause });
      const failed = await ran({ steps: [{ key: "a", kind: "end", config: { status: "failed", message: "No." } }] });
      world.clock.set(later);
      await pass();
      expect(await left()).to.have.members([waiting, failed]);
      expect(await rows("millrace_steps")).to.equal(2);
    });

    it("keeps the events that runs still need", async () => {
      const waiting = await ran({ steps: pause });
      await ran({ steps: note });
      world.clock.set(later);
      await pass();
      expect(await rows("millrace_events")).to.equal(1);
      world.clock.set("2040-01-02T00:00:00Z");
      await world.drain();
      const { status, reason } = await world.run(waiting);
      expect(status, JSON.stringify(reason)).to.equal("completed");
    });

    it("keeps the runs that say who has been in an automation one enters once", async () => {
      const once = await ran({ steps: note, enrollment: { reenter: "once" } });
      world.clock.set(later);
      await pass();
      expect(await left()).to.deep.equal([once]);
    });

    it("happens once a night, whichever process comes first", async () => {
      world.clock.set(later);
      await pass();
      const other = { ...world.engine };
      world.clock.set("2035-01-01T23:00:00Z");
      await ran({ steps: note });
      await world.db.run("UPDATE millrace_runs SET finishedAt = 0, id = '0000'");
      expect([await forgetOld(world.engine), await forgetOld(other)]).to.deep.equal([0, 0]);
      world.clock.set("2035-01-02T03:00:00Z");
      expect(await forgetOld(other)).to.be.above(0);
    });

    it("never happens unless somebody has said so", async () => {
      await ran({ steps: note });
      world.engine.settings.retention = {};
      world.clock.set(later);
      await pass();
      expect(await left()).to.have.length(1);
    });
  });
}
