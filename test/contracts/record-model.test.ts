import { expect } from "chai";
import {
  createRecord,
  deleteRecord,
  getRecord,
  type RecordWrite,
  restoreRecord,
  updateRecord,
} from "../../src/crm/index.js";
import { ada, type CrmWorld, crmWorld, faultsOf, problemOf } from "../crm/crm-world.js";
import { dialects } from "../support/databases.js";

for (const dialect of dialects) {
  describe(`record model on ${dialect}`, () => {
    let world: CrmWorld;
    before(async () => {
      world = await crmWorld(dialect);
    });
    after(() => world.drop());

    const deal = (values = {}) =>
      createRecord(world.host, world.ws, "deal", { name: "Rollout", amount: 8000, ...values }, ada);

    it("gives back what was written, typed, with defaults for the rest", async () => {
      const made = await deal({ closeDate: "2026-03-31", amount: 12000.5 });
      const read = await getRecord(world.host, world.ws, "deal", made.id);
      expect(read).to.deep.equal(made);
      expect(read?.values).to.include({
        amount: 12000.5,
        stage: "lead",
        pipeline: "default",
        closeDate: "2026-03-31",
        owner: null,
      });
    });

    it("writes the event of a change with old and new values", async () => {
      const { id } = await deal();
      const { changes, record } = await updateRecord(
        world.host,
        world.ws,
        "deal",
        id,
        { stage: "won", amount: 8000 },
        ada,
      );
      expect(changes).to.deep.equal([{ field: "stage", old: "lead", new: "won" }]);
      expect(record.version).to.equal(2);
      const last = (await world.events()).at(-1);
      expect(last).to.deep.include({ kind: "record.updated", recordId: id, changes });
    });

    it("writes nothing when nothing differs", async () => {
      const { id } = await deal();
      const before = (await world.events()).length;
      const { changes, record } = await updateRecord(
        world.host,
        world.ws,
        "deal",
        id,
        { amount: 8000, stage: "lead" },
        ada,
      );
      expect(changes).to.deep.equal([]);
      expect(record.version).to.equal(1);
      expect(await world.events()).to.have.length(before);
    });

    it("refuses a write on a version that is no longer the record's", async () => {
      const { id } = await deal();
      await updateRecord(world.host, world.ws, "deal", id, { stage: "won" }, ada, { version: 1 });
      const problem = await problemOf(
        updateRecord(world.host, world.ws, "deal", id, { stage: "lost" }, ada, { version: 1 }),
      );
      expect(problem).to.include({ status: 409, code: "stale" });
    });

    it("writes over a record that was read too early instead of losing the other change", async () => {
      const old = await deal();
      await updateRecord(world.host, world.ws, "deal", old.id, { amount: 1 }, ada);
      const { record } = await updateRecord(world.host, world.ws, "deal", old.id, { stage: "won" }, ada, {
        current: old,
      });
      expect(record.values).to.include({ amount: 1, stage: "won" });
    });

    it("keeps both of two changes made at once, and lets only one write on the same version", async () => {
      const { id } = await deal();
      const write = (values: Record<string, unknown>, version?: number) =>
        updateRecord(world.host, world.ws, "deal", id, values, ada, { version });
      await Promise.all([write({ amount: 1 }), write({ status: "hot" }), write({ stage: "won" })]);
      expect((await getRecord(world.host, world.ws, "deal", id))?.values).to.include({
        amount: 1,
        status: "hot",
        stage: "won",
      });
      const tries = await Promise.allSettled([
        write({ amount: 2 }, 4),
        write({ amount: 3 }, 4),
        write({ amount: 4 }, 4),
      ]);
      expect(tries.filter((one) => one.status === "fulfilled")).to.have.length(1);
    });

    it("leaves neither record nor event of a transaction that rolls back", async () => {
      const before = (await world.events()).length;
      let id = "";
      const failing = world.host.db.inTransaction(async (tx) => {
        id = (await createRecord(world.host, world.ws, "deal", { name: "Gone" }, ada, tx)).id;
        await updateRecord(world.host, world.ws, "deal", id, { stage: "won" }, ada, {}, tx);
        throw new Error("no");
      });
      await failing.catch(() => undefined);
      expect(await getRecord(world.host, world.ws, "deal", id)).to.equal(null);
      expect(await world.events()).to.have.length(before);
    });

    it("notes what it wrote, for undo", async () => {
      const writes: RecordWrite[] = [];
      const made = await createRecord(world.host, world.ws, "deal", { name: "x" }, ada, undefined, { writes });
      await updateRecord(world.host, world.ws, "deal", made.id, { amount: 5 }, ada, { writes });
      await deleteRecord(world.host, world.ws, "deal", made.id, ada, { writes });
      expect(writes.map(({ field, before, after }) => [field, typeof before, typeof after])).to.deep.equal([
        [null, "undefined", "object"],
        ["amount", "object", "number"],
        [null, "object", "undefined"],
      ]);
    });

    it("deletes softly and restores with the same values", async () => {
      const made = await deal();
      await deleteRecord(world.host, world.ws, "deal", made.id, ada);
      expect(await getRecord(world.host, world.ws, "deal", made.id)).to.equal(null);
      const back = await restoreRecord(world.host, world.ws, "deal", made.id, ada);
      expect(back.values).to.deep.equal(made.values);
      expect((await world.events()).slice(-2).map((event) => event.kind)).to.deep.equal([
        "record.deleted",
        "record.restored",
      ]);
    });

    it("names every field at fault and writes nothing", async () => {
      const before = (await world.events()).length;
      const wrong = { name: null, amount: "eight", stage: "wonn", company: "nope", owner: "x", workspaceId: "w" };
      const faults = await faultsOf(deal(wrong));
      expect(faults.map((fault) => fault.split(":")[0]).sort()).to.deep.equal(
        ["amount", "company", "name", "owner", "stage", "workspaceId"].map((name) => `values.${name}`),
      );
      expect(faults).to.include(`values.stage: "wonn" is not one of the options of Stage. Did you mean "won"?`);
      expect(await world.events()).to.have.length(before);
    });
  });
}
