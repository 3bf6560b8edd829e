import { expect } from "chai";
import { bulkWrite, createRecord, findRecords, getRecord, importCsv } from "../../src/crm/index.js";
import { dialects } from "../support/databases.js";
import { ada, type CrmWorld, crmWorld, faultsOf } from "./crm-world.js";

for (const dialect of dialects) {
  describe(`bulk writes and imports on ${dialect}`, () => {
    let world: CrmWorld;
    beforeEach(async () => {
      world = await crmWorld(dialect);
    });
    afterEach(() => world.drop());

    it("write the right rows, each with its event, and name the wrong ones", async () => {
      const { host, ws } = world;
      const old = await createRecord(host, ws, "deal", { name: "Old", amount: 1 }, ada);
      const gone = await createRecord(host, ws, "deal", { name: "Gone" }, ada);
      const result = await bulkWrite(
        host,
        ws,
        "deal",
        {
          create: [{ name: "A" }, { name: "B", amount: "x" }, {}],
          update: [
            { id: old.id, values: { amount: 2 } },
            { id: old.id, values: { stage: "won" } },
            { id: "nope", values: {} },
            { id: old.id, values: { amount: 9 }, version: 1 },
          ],
          delete: [{ id: gone.id }, { id: gone.id }],
        },
        { ...ada, source: "bulk:1" },
      );
      expect([result.created, result.updated, result.deleted]).to.deep.equal([1, 2, 1]);
      expect(result.errors.map((error) => error.path)).to.deep.equal([
        "create[1].amount",
        "create[2].name",
        "update[2]",
        "update[3]",
        "delete[1]",
      ]);
      const fromBulk = (await world.events()).filter((event) => event.source === "bulk:1");
      expect(fromBulk.map((event) => event.kind)).to.deep.equal([
        "record.created",
        "record.updated",
        "record.updated",
        "record.deleted",
      ]);
    });

    it("take thousands of rows", async function () {
      this.timeout(60_000);
      const create = Array.from({ length: 1500 }, (_, at) => ({ name: `Deal ${at}` }));
      const result = await bulkWrite(world.host, world.ws, "deal", { create }, ada);
      expect(result).to.deep.include({ created: 1500, errors: [] });
      const found = await findRecords(world.host, world.ws, "deal", { limit: 1, count: true });
      expect([found.total, (await world.events()).length]).to.deep.equal([1500, 1500]);
    });

    it("read a file by field name or label, with options, users and relations by what people call them", async () => {
      const { host, ws } = world;
      const grace = await world.user("Grace");
      const acme = await createRecord(host, ws, "company", { name: "Acme; Ltd" }, ada);
      const csv = `\ufeffName;Amount;Stage;Owner;Company;Close date\n"Roll ""out""";"12,000.50";Won;grace@test.example;"Acme; Ltd";2026-03-31\nBlank;;;;;\n`;
      expect(await importCsv(host, ws, "deal", csv, ada)).to.deep.equal({ created: 2, updated: 0, errors: [] });
      const [first, second] = (await findRecords(host, ws, "deal")).records;
      expect(first?.values).to.include({
        name: 'Roll "out"',
        amount: 12000.5,
        stage: "won",
        owner: grace.id,
        company: acme.id,
        closeDate: "2026-03-31",
      });
      expect(second?.values).to.include({ name: "Blank", amount: null, stage: "lead", priority: "normal" });
    });

    it("change the records a column id names, and report wrong lines by their number", async () => {
      const { host, ws } = world;
      const deal = await createRecord(host, ws, "deal", { name: "Old", amount: 5 }, ada);
      const csv = `id,name,amount,company\n${deal.id},Renamed,,\n,New,much,\n,New,1,Nobody\nnope,X,1,\n,Fine,2,\n`;
      const { created, updated, errors } = await importCsv(host, ws, "deal", csv, ada);
      expect([created, updated]).to.deep.equal([1, 1]);
      expect(errors.map((error) => error.path)).to.deep.equal(["line 3.amount", "line 4.company", "line 5"]);
      expect((await getRecord(host, ws, "deal", deal.id))?.values).to.include({ name: "Renamed", amount: null });
    });

    it("refuse a file that is none, or names an unknown column", async () => {
      const { host, ws } = world;
      expect(await faultsOf(importCsv(host, ws, "deal", "name,amuont\nx,1", ada))).to.deep.equal([
        `amuont: Deal has no field "amuont". Did you mean "amount"?`,
      ]);
      expect(await faultsOf(importCsv(host, ws, "deal", "name,Name\nx,y", ada))).to.have.length(1);
      expect(await faultsOf(importCsv(host, ws, "deal", 'name\n"open', ada))).to.have.length(1);
      expect(await faultsOf(importCsv(host, ws, "deal", "name\n", ada))).to.have.length(1);
    });
  });
}
