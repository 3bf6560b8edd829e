import { expect } from "chai";
import { createRecord, updateRecord } from "../../src/crm/index.js";
import { startManually } from "../../src/enrollments/index.js";
import type { Document } from "../../src/graph/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const isBelow = (value: unknown, path = "amount") => ({
  all: [{ fact: "record", path, operator: path === "amount" ? "lessThan" : "equal", value }],
});

for (const dialect of dialects) {
  describe(`leaving by exitWhen, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    beforeEach(async () => {
      world = await engineWorld(dialect);
    });
    afterEach(() => world.drop());

    /** A run that waits for a day on a deal of 500, in an automation one leaves by `exitWhen`. */
    async function waiting(exitWhen: object, more: Partial<Document> = {}, inputs = {}, values = {}) {
      const steps = [{ key: "pause", kind: "wait", config: { for: "1d" } }];
      const { id } = await world.automation({ steps, ...more, enrollment: { exitWhen: { ...exitWhen } } });
      const deal = await world.deal({ amount: 500, ...values });
      const run = await startManually(world.engine, world.workspaceId, id, { recordId: deal.id, inputs }, world.by);
      await world.drain();
      const change = async (amount: number) => {
        await world.change("deal", deal.id, { amount });
        await world.drain();
        const { status, reason } = await world.run(run.id);
        return `${status} ${reason?.code ?? ""}`.trim();
      };
      return { change };
    }

    it("compares with what a template says: a variable", async () => {
      const { change } = await waiting(isBelow("{{ vars.least }}"), { variables: { least: 100 } });
      expect(await change(200)).to.equal("waiting");
      expect(await change(50)).to.equal("cancelled exit");
    });

    it("compares with the run's own inputs", async () => {
      const schema = { type: "object", properties: { least: { type: "number" } } };
      const { change } = await waiting(isBelow("{{ inputs.least }}"), { inputs: schema }, { least: 300 });
      expect(await change(200)).to.equal("cancelled exit");
    });

    it("follows relations", async () => {
      const { engine, workspaceId, by } = world;
      const company = await createRecord(engine, workspaceId, "company", { name: "N", city: "Bonn" }, { actor: by });
      const { change } = await waiting(isBelow("Kiel", "company.city"), {}, {}, { company: company.id });
      expect(await change(300)).to.equal("waiting");
      await updateRecord(engine, workspaceId, "company", company.id, { city: "Kiel" }, { actor: by });
      expect(await change(200)).to.equal("cancelled exit");
    });

    it("keeps a record out that would leave at once, and lets it in when it would not", async () => {
      const steps = [{ key: "pause", kind: "wait", config: { for: "1d" } }];
      const triggers = [{ key: "any", kind: "record.updated" }];
      await world.automation({ triggers, steps, enrollment: { exitWhen: isBelow(100) } });
      const deal = await world.deal({ amount: 500 });
      for (const amount of [50, 200]) await world.change("deal", deal.id, { amount });
      await world.drain();
      expect((await world.runs()).map(({ status, reason }) => `${status} ${reason?.code}`).reverse()).to.deep.equal([
        "skipped suppressed",
        "waiting undefined",
      ]);
    });

    it("keeps a run in when a template in it leads nowhere, or when nothing is asked", async () => {
      expect(
        await (await waiting(isBelow("{{ inputs.least }}"), { inputs: { properties: { least: {} } } })).change(1),
      ).to.equal("waiting");
      expect(await (await waiting({ all: [] })).change(1)).to.equal("waiting");
    });
  });
}
