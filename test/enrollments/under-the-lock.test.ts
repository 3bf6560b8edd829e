import { expect } from "chai";
import { createWorkspace } from "../../src/crm/index.js";
import type { Database } from "../../src/db/index.js";
import { cancelBatch, lookBack, relayEvents, startBatch } from "../../src/enrollments/index.js";
import { emitEvent } from "../../src/events/index.js";
import { advanceDueRuns } from "../../src/runs/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const rest = { key: "rest", kind: "wait", config: { for: "1d" } };
const changed = { key: "any", kind: "record.updated" };

/** Counts the statements `work` sends, transactions and models left out. */
async function statements(db: Database, work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const { all, run } = db;
  db.all = ((sql: string, ...rest: []) => {
    seen.push(sql);
    return all(sql, ...rest);
  }) as typeof all;
  db.run = (sql, ...rest) => {
    seen.push(sql);
    return run(sql, ...rest);
  };
  await work().finally(() => Object.assign(db, { all, run }));
  return seen;
}

for (const dialect of dialects) {
  describe(`what the relay does while others wait for it, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    it("costs the same however many starts a limit a minute, a queue or the past of a record holds", async () => {
      const limits = { perMinute: 3 };
      await world.automation({ triggers: [changed], enrollment: { concurrency: "queue" }, limits, steps: [rest] });
      await world.automation({ triggers: [changed], enrollment: { reenter: "afterFinish" }, steps: [rest] }, "Second");
      const { id } = await world.deal();
      let amount = 1;
      const round = async () => {
        for (let n = 0; n < 20; n++) await world.change("deal", id, { amount: amount++ });
        return (await statements(world.db, () => relayEvents(world.engine))).length;
      };
      await round();
      const second = await round();
      for (let n = 0; n < 4; n++) await round();
      expect(await round()).to.be.at.most(second);
    });

    it("asks only the waits of the event's workspace, and answers many outside of the lock", async () => {
      const listen = { key: "hear", kind: "wait_for_event", config: { event: "released", timeout: "9d" } };
      const note = { kind: "set_variables", config: { values: { seen: true } } };
      const steps = [
        { ...listen, next: { received: "yes", timeout: "no" } },
        { key: "yes", ...note },
        { key: "no", ...note },
      ];
      await world.automation({ triggers: [changed], steps }, "Listening", "graph");
      for (let n = 0; n < 102; n++) await world.change("deal", (await world.deal()).id, { stage: "won" });
      await world.drain();
      while ((await lookBack(world.engine)) > 0);
      const stranger = await createWorkspace(world.engine, { slug: "other", name: "Other", timezone: "UTC" });
      for (const workspaceId of [stranger.id, world.workspaceId]) {
        expect(await world.runs({ status: "waiting" })).to.have.length(102);
        await emitEvent(world.engine, { workspaceId, kind: "event", name: "released" }, { actor: world.by });
        const seen = await statements(world.db, () => relayEvents(world.engine));
        expect(seen.filter((sql) => sql.includes("SET answer"))).to.deep.equal([]);
      }
      while ((await lookBack(world.engine)) > 0) await advanceDueRuns(world.engine);
      await world.drain();
      expect(await world.runs({ status: "completed" })).to.have.length(102);
    });

    it("is not held up while a large batch is cancelled, and starts nothing of it any more", async () => {
      const { id } = await world.automation({ triggers: [], steps: [rest] });
      const deals = await Promise.all(Array.from({ length: 60 }, () => world.deal()));
      const batch = await startBatch(
        world.engine,
        world.workspaceId,
        id,
        deals.map((deal) => deal.id),
        {},
        world.by,
      );
      let longest = 0;
      const { inTransaction } = world.db;
      world.db.inTransaction = async (work, within, join) => {
        let ended = 0;
        const result = await inTransaction(
          async (tx) => {
            const { run } = world.db;
            world.db.run = (sql, ...rest) => {
              if (/status = 'cancelled'/.test(sql)) ended += 1;
              return run(sql, ...rest);
            };
            return work(tx).finally(() => Object.assign(world.db, { run }));
          },
          within,
          join,
        );
        longest = Math.max(longest, ended);
        return result;
      };
      expect(await cancelBatch(world.engine, world.workspaceId, batch.id, world.by)).to.equal(60);
      expect(longest).to.be.at.most(50);
      expect(await world.runs({ status: "cancelled" })).to.have.length(60);
      expect(await startBatch(world.engine, world.workspaceId, id, [deals[0]?.id ?? ""], {}, world.by)).to.include({
        total: 1,
      });
    });
  });
}
