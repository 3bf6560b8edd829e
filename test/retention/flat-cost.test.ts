import { expect } from "chai";
import { fill } from "../../bench/fill.js";
import { forgetOld } from "../../src/retention/index.js";
import { type Cost, costOf } from "../support/cost.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const sizes = { workspaces: 3, automations: 10, events: 1_000, runs: 1_000, waits: 20, records: 100, batches: 3 };

for (const dialect of dialects) {
  describe(`the cost of forgetting, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect, { MILLRACE_RETENTION: "completed=90d, events=90d" });
    });
    after(() => world.drop());

    const daysOn = (days: number) => new Date(world.clock.now() + days * 86_400_000).toISOString();

    /** The dearest call of a night to its end, and how much the night deleted. */
    async function night(): Promise<Cost & { gone: number }> {
      const most = { statements: 0, rowsRead: 0, gone: 0 };
      for (let gone = 1; gone > 0; ) {
        const cost = await costOf(world.db, async () => {
          gone = await forgetOld(world.engine);
        });
        most.statements = Math.max(most.statements, cost.statements);
        most.rowsRead = Math.max(most.rowsRead, cost.rowsRead);
        most.gone += Math.max(0, gone - 1);
      }
      return most;
    }

    it("is that of a portion, however long the history, and however much of it is kept", async () => {
      await fill(world.engine, sizes);
      world.clock.set(daysOn(100));
      const few = await night();
      await fill(world.engine, { ...sizes, runs: 3 * sizes.runs, events: 3 * sizes.events });
      world.clock.set(daysOn(100));
      const many = await night();
      expect(many.gone).to.be.above(2.5 * few.gone);
      expect(many.statements).to.be.at.most(few.statements + 40);
      expect(many.rowsRead).to.be.at.most(3_000);
    });
  });
}
