import { expect } from "chai";
import { deleteRecord } from "../../src/crm/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

for (const dialect of dialects)
  describe(`a deleted record's last values (${dialect})`, () => {
    it("are what conditions and templates read of it, in every step", async () => {
      const world = await engineWorld(dialect);
      const { id } = await world.deal({ amount: 12_000, owner: world.user.id });
      await world.automation({
        triggers: [{ key: "gone", kind: "record.deleted" }],
        conditions: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 10_000 }] },
        steps: [
          {
            key: "big",
            kind: "condition",
            config: { when: { fact: "record", path: "owner.email", operator: "endsWith", value: "demo.test" } },
          },
          {
            key: "tell",
            kind: "task.create",
            config: { title: "{{ record.name }} ({{ record.amount }}) of {{ record.owner.name }} is gone" },
          },
        ],
      });
      await deleteRecord(world.engine, world.workspaceId, "deal", id, { actor: world.by });
      await world.drain();
      const run = await world.onlyRun();
      expect(run.status).to.equal("completed");
      expect(run.steps[1]?.input).to.deep.include({ title: "Northwind renewal (12000) of Ada Admin is gone" });
      await world.drop();
    });
  });
