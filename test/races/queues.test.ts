import { expect } from "chai";
import { connect, type Database } from "../../src/db/index.js";
import { relayEvents } from "../../src/enrollments/index.js";
import { advanceDueRuns, cancelRun, type Engine } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const changed = { key: "any", kind: "record.updated" };
const rest = { key: "rest", kind: "wait", config: { for: "10s" } };

for (const dialect of dialects) {
  describe(`a queue on one record, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    let other: Engine;
    let second: Database | null;
    beforeEach(async () => {
      world = await engineWorld(dialect);
      second = dialect === "mysql" ? connect(world.url) : null;
      other = { ...world.engine, worker: "other", ...(second ? { db: second } : {}) };
    });
    afterEach(async () => {
      await second?.sequelize.close();
      await world.drop();
    });

    /** Runs that have done something and are not over. */
    const underWay = () =>
      world.db.all(
        "SELECT DISTINCT r.id FROM millrace_runs r JOIN millrace_steps s ON s.runId = r.id WHERE r.status IN ('queued','running','waiting')",
      );
    const bothWork = async () => {
      const both = [world.engine, other];
      await Promise.all(both.map((engine) => relayEvents(engine).then(() => advanceDueRuns(engine))));
      await Promise.all(both.map((engine) => engine.inHand.atRest()));
    };
    const changes = async (times: number) => {
      const { id } = await world.deal();
      for (let n = 1; n <= times; n++) await world.change("deal", id, { amount: n });
    };

    for (const limits of [{}, { perMinute: 2 }]) {
      it(`lets one run at a time go on, in order, ${limits.perMinute ? "also under a limit a minute" : "and wakes the next at once"}`, async () => {
        await world.automation({ triggers: [changed], enrollment: { concurrency: "queue" }, limits, steps: [rest] });
        await changes(5);
        const order = new Set<string>();
        for (let look = 0; look < 100 && (await world.runs({ status: "completed" })).length < 5; look++) {
          await bothWork();
          const now = await underWay();
          expect(now.length).to.be.at.most(1);
          for (const { id } of now) order.add(String(id));
          world.clock.forward(limits.perMinute ? "5s" : "11s");
        }
        const numbers = await world.db.all(
          "SELECT id FROM millrace_runs WHERE status = 'completed' ORDER BY queueNumber",
        );
        expect([...order]).to.deep.equal(numbers.map(({ id }) => String(id)));
        expect(order.size).to.equal(5);
      });
    }

    it("wakes who comes while the one before it ends", async () => {
      await world.automation({ triggers: [changed], enrollment: { concurrency: "queue" }, steps: [rest] });
      await changes(1);
      await bothWork();
      const [first] = await world.runs();
      await Promise.all([
        cancelRun(other, world.workspaceId, first?.id ?? "", world.by),
        changesOf(first?.recordId ?? ""),
      ]);
      await bothWork();
      await bothWork();
      expect((await underWay()).length).to.equal(1);
      expect((await world.runs({ status: "cancelled" })).length).to.equal(1);
    });

    const changesOf = async (id: string) => {
      await world.change("deal", id, { amount: 77 });
      await relayEvents(world.engine);
    };
  });
}
