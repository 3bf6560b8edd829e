import { expect } from "chai";
import { dialects } from "../support/databases.js";
import { type WebWorld, webWorld } from "./web-world.js";

for (const dialect of dialects) {
  describe(`records over HTTP (${dialect})`, () => {
    let world: WebWorld;
    before(async () => {
      world = await webWorld(dialect);
    });
    after(() => world.drop());

    const newDeal = async (values: object = {}) =>
      (await world.as("operator").post("/objects/deal/records", { values: { name: "Fleet", ...values } })).body;

    it("creates, reads, changes and deletes one", async () => {
      const made = await world
        .as("operator")
        .post("/objects/deal/records", { values: { name: "Fleet", amount: 8000 } });
      expect(made.status, made.text).to.equal(201);
      expect(made.body).to.include({ object: "deal", version: 1 });
      const path = `/objects/deal/records/${made.body.id}`;
      const changed = await world.as("operator").patch(path, { values: { stage: "won" }, version: 1 });
      expect(changed.body.values).to.include({ stage: "won", amount: 8000 });
      expect((await world.as("viewer").get(path)).body).to.deep.equal(changed.body);
      expect((await world.as("operator").delete(path)).status).to.equal(204);
      expect((await world.as("viewer").get(path)).status).to.equal(404);
    });

    it("names the field that is wrong, and writes nothing", async () => {
      const deal = await newDeal({ stage: "lead" });
      const answer = await world
        .as("operator")
        .patch(`/objects/deal/records/${deal.id}`, { values: { amount: 5, stage: "gone" } });
      expect(answer.status).to.equal(422);
      expect(answer.type).to.equal("application/problem+json");
      expect(answer.body.errors[0].path).to.include("stage");
      expect((await world.as("viewer").get(`/objects/deal/records/${deal.id}`)).body).to.deep.equal(deal);
    });

    it("refuses a write over a version that has moved on", async () => {
      const deal = await newDeal();
      await world.as("operator").patch(`/objects/deal/records/${deal.id}`, { values: { amount: 1 } });
      const late = await world
        .as("operator")
        .patch(`/objects/deal/records/${deal.id}`, { values: { amount: 2 }, version: deal.version });
      expect([late.status, late.body.code]).to.deep.equal([409, "stale"]);
    });

    it("finds by field, rule tree, word and order, page by page", async () => {
      for (const amount of [101, 102, 103]) await newDeal({ name: "Paged", amount });
      const when = JSON.stringify({ fact: "record", path: "amount", operator: "greaterThan", value: 101 });
      const first = await world.as("viewer").get(`/objects/deal/records?name=Paged&sort=-amount&limit=2&count=true`);
      expect(
        first.body.data.map((deal: { values: { amount: number } }) => deal.values.amount),
        first.text,
      ).to.deep.equal([103, 102]);
      expect(first.body.total).to.equal(3);
      const rest = await world
        .as("viewer")
        .get(
          `/objects/deal/records?name=Paged&sort=-amount&limit=2&cursor=${encodeURIComponent(first.body.nextCursor)}`,
        );
      expect(rest.body.data).to.have.length(1);
      expect(rest.body.nextCursor).to.equal(null);
      const large = await world.as("viewer").get(`/objects/deal/records?name=Paged&when=${encodeURIComponent(when)}`);
      expect(large.body.data).to.have.length(2);
    });

    it("says which parameter, field or object it does not know", async () => {
      const typo = await world.as("viewer").get("/objects/deal/records?stag=won");
      expect(typo.status).to.equal(422);
      expect(typo.body.errors[0]).to.deep.include({ path: "stag" });
      expect(typo.body.detail).to.include("stage");
      expect((await world.as("viewer").get("/objects/deals")).body.detail).to.include("deal");
      const tooMany = await world.as("viewer").get("/objects/deal/records?limit=500");
      expect(tooMany.body.errors[0].path).to.equal("limit");
    });

    it("writes many at once, and reports the rows it refused", async () => {
      const [gone, kept] = [await newDeal(), await newDeal()];
      const answer = await world.as("operator").post("/objects/deal/records/bulk", {
        create: [{ values: { name: "One" } }, { values: { name: "Two", stage: "gone" } }],
        update: [{ id: kept.id, values: { amount: 7 } }],
        delete: [gone.id],
      });
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.body).to.include({ created: 1, updated: 1, deleted: 1 });
      expect(answer.body.errors).to.have.length(1);
    });

    it("imports CSV, each row a change of its own", async () => {
      const csv = "name,amount,stage\nImported A,10,lead\nImported B,20,gone\n";
      const answer = await world.as("operator").post("/objects/deal/imports").set("Content-Type", "text/csv").send(csv);
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.body).to.include({ created: 1 });
      const [row] = (await world.as("viewer").get("/objects/deal/records?name=Imported+A")).body.data;
      const log = await world.as("viewer").get(`/objects/deal/records/${row.id}/changes`);
      expect(log.body.data[0]).to.include({ kind: "record.created" });
      expect(log.body.data[0].actor.type).to.equal("import");
    });

    it("keeps who changed what, before and after", async () => {
      const deal = await newDeal({ stage: "lead" });
      await world.as("operator").patch(`/objects/deal/records/${deal.id}`, { values: { stage: "won" } });
      const [latest] = (await world.as("viewer").get(`/objects/deal/records/${deal.id}/changes`)).body.data;
      expect(latest.changes).to.deep.include({ field: "stage", old: "lead", new: "won" });
      expect(latest.actor).to.include({ type: "key", name: "The operator" });
      expect((await world.as("viewer").get("/objects/deal/records/nothing/changes")).status).to.equal(404);
    });
  });
}
