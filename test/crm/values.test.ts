import { expect } from "chai";
import fc from "fast-check";
import {
  createRecord,
  createWorkspace,
  definePipeline,
  getRecord,
  getRecords,
  pipelinesOf,
  updateRecord,
} from "../../src/crm/index.js";
import { dialects } from "../support/databases.js";
import { ada, type CrmWorld, crmWorld, faultsOf, problemOf } from "./crm-world.js";

for (const dialect of dialects) {
  describe(`values on ${dialect}`, () => {
    let world: CrmWorld;
    before(async () => {
      world = await crmWorld(dialect);
    });
    after(() => world.drop());

    const create = (object: string, values: Record<string, unknown>) =>
      createRecord(world.host, world.ws, object, values, ada);

    it("come back exactly as they went in", async () => {
      const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((one) => !one.includes("\0"));
      const money = fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100 || 0);
      const moment = fc
        .date({ min: new Date("1900-01-01T00:00:00Z"), max: new Date("2999-12-31T00:00:00Z"), noInvalidDate: true })
        .map((at) => at.toISOString());
      const json = fc
        .jsonValue({ maxDepth: 3 })
        .filter((value) => !/"(__proto__|constructor|prototype)":/.test(JSON.stringify(value)));
      const values = fc.record({ number: text, total: money, placedAt: moment, items: json });
      await fc.assert(
        fc.asyncProperty(values, async (given) => {
          const made = await create("order", given);
          const read = await getRecord(world.host, world.ws, "order", made.id);
          expect(read?.values).to.deep.include({
            ...given,
            items: given.items === "" ? null : JSON.parse(JSON.stringify(given.items)),
          });
        }),
        { numRuns: 60 },
      );
    });

    it("keep a number's every bit", async () => {
      const numbers = [0.1, 1 / 3, 1e-12, 123456789.98765433, Number.MAX_SAFE_INTEGER];
      for (const size of numbers) {
        const { id } = await create("document", { name: "x", size });
        expect((await getRecord(world.host, world.ws, "document", id))?.values["size"]).to.equal(size);
      }
    });

    it("of members nobody asked for are refused", async () => {
      const names = [
        "id",
        "workspaceId",
        "version",
        "createdAt",
        "deletedAt",
        "custom",
        "__proto__",
        "constructor",
        "$related",
      ];
      for (const name of names) {
        const values = JSON.parse(`{"name":"x",${JSON.stringify(name)}:"y"}`) as Record<string, unknown>;
        expect(await faultsOf(create("deal", values))).to.have.length(1);
      }
      expect(await faultsOf(create("deal", [] as never))).to.deep.equal([
        "values: Give an object with the values by field name.",
      ]);
    });

    it("are no change when they mean what is there: sets in any order, an instant in any zone", async () => {
      const values = { name: "Ann", tags: ["vip", "press"], lastContactedAt: "2026-03-01T10:00:00Z", subscribed: null };
      const ann = await create("contact", values);
      const same = { tags: ["press", "vip"], lastContactedAt: "2026-03-01T12:00:00+02:00" };
      const events = (await world.events()).length;
      const first = await updateRecord(world.host, world.ws, "contact", ann.id, same, ada);
      expect(first).to.deep.include({ changes: [] });
      expect(first.record.version).to.equal(ann.version);
      const second = await updateRecord(world.host, world.ws, "contact", ann.id, { subscribed: false }, ada);
      expect(second.changes).to.deep.equal([]);
      expect(second.record.values["subscribed"]).to.equal(false);
      expect((await world.events()).length).to.equal(events);
    });

    it("may name a user by e-mail", async () => {
      const grace = await world.user("Grace");
      const { values } = await create("deal", { name: "x", owner: "GRACE@test.example" });
      expect(values["owner"]).to.equal(grace.id);
    });

    it("never lead to another workspace", async () => {
      const other = await createWorkspace(world.host, { slug: "other", name: "Other" });
      const theirs = await createRecord(world.host, other.id, "company", { name: "Theirs" }, ada);
      const spy = await createRecord(world.host, other.id, "deal", { name: "Theirs" }, ada);
      expect(await faultsOf(create("deal", { name: "x", company: theirs.id }))).to.have.length(1);
      expect(
        (await problemOf(updateRecord(world.host, world.ws, "deal", spy.id, { name: "Mine" }, ada))).status,
      ).to.equal(404);
      expect(await getRecords(world.host, world.ws, "deal", [spy.id, "ü", "' OR 1=1"])).to.deep.equal(new Map());
    });

    it("of a stage must fit the pipeline the deal is in", async () => {
      const stages = ["new", "done"].map((name) => ({ name, label: name, outcome: "open" as const }));
      await definePipeline(world.host, world.ws, { name: "renewals", label: "Renewals", stages });
      expect(
        (await pipelinesOf(world.host, world.ws)).map(({ name, stages: { length } }) => [name, length]),
      ).to.deep.equal([
        ["default", 6],
        ["renewals", 2],
      ]);
      const deal = await create("deal", { name: "x", pipeline: "renewals" });
      expect(deal.values["stage"]).to.equal("new");
      const move = (values: Record<string, unknown>) =>
        updateRecord(world.host, world.ws, "deal", deal.id, values, ada);
      expect(await faultsOf(move({ stage: "won" }))).to.deep.equal([
        `values.stage: "won" is not a stage of the pipeline "renewals". Did you mean "done"?`,
      ]);
      expect(await faultsOf(move({ pipeline: "default" }))).to.have.length(1);
      expect((await move({ pipeline: "default", stage: "won" })).record.values).to.include({ stage: "won" });
    });

    it("of a stage or pipeline cannot be taken away", async () => {
      const deal = await create("deal", { name: "x", stage: "won" });
      const emptied = updateRecord(world.host, world.ws, "deal", deal.id, { stage: null, pipeline: null }, ada);
      expect(await faultsOf(emptied)).to.deep.equal([
        "values.pipeline: Pipeline cannot be empty.",
        "values.stage: Stage cannot be empty.",
      ]);
    });

    it("of a stage in use keep it in the pipeline", async () => {
      const stages = ["new"].map((name) => ({ name, label: name, outcome: "open" as const }));
      await create("deal", { name: "x", pipeline: "renewals", stage: "done" });
      expect(
        (await problemOf(definePipeline(world.host, world.ws, { name: "renewals", label: "R", stages }))).code,
      ).to.equal("stage_in_use");
    });
  });
}
