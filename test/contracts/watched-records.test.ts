import { expect } from "chai";
import {
  bulkWrite,
  createRecord,
  deleteRecord,
  describeObject,
  findRecords,
  getRecord,
  restoreRecord,
  updateRecord,
} from "../../src/crm/index.js";
import { ada, faultsOf, problemOf } from "../crm/crm-world.js";
import { type HostWorld, hostWorld } from "../crm/watch/host-world.js";
import { dialects } from "../support/databases.js";

for (const dialect of dialects) {
  describe(`our verbs on a watched model, on ${dialect}`, () => {
    let world: HostWorld;
    let firm: string;
    let made = 0;

    before(async () => {
      world = await hostWorld(dialect);
      firm = (await createRecord(world.host, world.ws, "firm", { name: "Acme", size: 30 }, ada)).id;
    });
    after(() => world.drop());
    beforeEach(() => world.clear());

    const offer = (values = {}) =>
      createRecord(
        world.host,
        world.ws,
        "deal",
        { code: `C${made++}`, title: "Roof", amount: 8000, firmId: firm, ...values },
        ada,
      );

    it("describe it from the model, without what is excluded", async () => {
      const { fields, labelField, host, plural } = await describeObject(world.host, world.ws, "deal");
      expect({ labelField, host, plural }).to.deep.equal({ labelField: "title", host: true, plural: "Deals" });
      const types = fields.map((field) => `${field.name}:${field.type}${field.required ? "!" : ""}`);
      expect(types).to.deep.equal([
        "code:text",
        "title:text!",
        "amount:money",
        "state:select",
        "due:date",
        "meetAt:datetime",
        "hot:boolean",
        "extra:json",
        "firmId:relation",
      ]);
    });

    it("create and read typed values, with our actor on the event", async () => {
      const record = await offer({
        due: "2026-03-31",
        meetAt: "2026-03-02T09:00:00.5Z",
        extra: { a: [1, "ü"] },
        hot: true,
      });
      expect(await getRecord(world.host, world.ws, "deal", record.id)).to.deep.equal(record);
      expect(record.values).to.deep.include({
        amount: 8000,
        due: "2026-03-31",
        meetAt: "2026-03-02T09:00:00.500Z",
        extra: { a: [1, "ü"] },
        hot: true,
        firmId: firm,
      });
      const [event] = await world.events();
      expect(event).to.deep.include({ kind: "record.created", actor: ada.actor, recordId: record.id });
    });

    it("update with one event, and refuse a stale version", async () => {
      const { id, version } = await offer();
      const { changes } = await updateRecord(world.host, world.ws, "deal", id, { state: "won", amount: 8000 }, ada, {
        version,
      });
      expect(changes).to.deep.equal([{ field: "state", old: "open", new: "won" }]);
      expect(
        (await problemOf(updateRecord(world.host, world.ws, "deal", id, { state: "lost" }, ada, { version }))).code,
      ).to.equal("stale");
      expect((await world.events()).map((event) => event.kind)).to.deep.equal(["record.created", "record.updated"]);
    });

    it("delete and restore as the model does", async () => {
      const { id } = await offer();
      await deleteRecord(world.host, world.ws, "deal", id, ada);
      expect(await getRecord(world.host, world.ws, "deal", id)).to.equal(null);
      expect((await restoreRecord(world.host, world.ws, "deal", id, ada)).values["title"]).to.equal("Roof");
      expect((await problemOf(deleteRecord(world.host, world.ws, "deal", "x'1", ada))).status).to.equal(404);
    });

    it("name what the model's own validation refuses", async () => {
      const { id } = await offer();
      expect(await faultsOf(updateRecord(world.host, world.ws, "deal", id, { title: "x" }, ada))).to.deep.equal([
        "values.title: Validation len on title failed.",
      ]);
      expect(await faultsOf(offer({ code: "SAME" }).then(() => offer({ code: "SAME" })))).to.have.length(1);
      expect(await faultsOf(offer({ firmId: "999", secret: "x" }))).to.deep.equal([
        `values.secret: Deal has no field "secret". Known: code, title, amount, state, due, meetAt, hot, extra, firmId.`,
        `values.firmId: There is no firm "999" in this workspace.`,
      ]);
    });

    it("find by rules, over a relation, sorted and paged", async () => {
      const wanted = [
        await offer({ amount: 3, hot: true }),
        await offer({ amount: 1, hot: true }),
        await offer({ amount: 2, hot: true }),
      ];
      const when = {
        all: [
          { fact: "record", path: "hot", operator: "equal", value: true },
          { fact: "record", path: "amount", operator: "lessThan", value: 4 },
          { fact: "record", path: "firmId.name", operator: "equal", value: "Acme" },
          { fact: "record", path: "createdAt", operator: "after", value: "2020-01-01T00:00:00Z" },
        ],
      };
      const ask = (cursor?: string) =>
        findRecords(world.host, world.ws, "deal", { when, sort: "-amount", limit: 2, cursor, count: true });
      const first = await ask();
      const second = await ask(first.nextCursor ?? undefined);
      expect([...first.records, ...second.records].map((record) => record.id)).to.deep.equal([
        wanted[0]?.id,
        wanted[2]?.id,
        wanted[1]?.id,
      ]);
      expect([first.total, second.nextCursor]).to.deep.equal([3, null]);
    });

    it("are hidden from other workspaces", async () => {
      const { createWorkspace } = await import("../../src/crm/index.js");
      const other = await createWorkspace(world.host, { slug: "other", name: "Other" });
      expect((await problemOf(getRecord(world.host, other.id, "visit", "1"))).status).to.equal(404);
    });

    it("write in bulk, keeping the right rows when the model refuses one", async () => {
      const work = {
        create: [
          { code: "B1", title: "Fine" },
          { code: "B1", title: "Twice" },
          { code: "B2", title: "Fine too" },
        ],
      };
      const result = await bulkWrite(world.host, world.ws, "deal", work, ada);
      expect(result.created).to.equal(2);
      expect(result.errors.map((error) => error.path)).to.deep.equal(["create[1].code"]);
      expect(await world.events()).to.have.length(2);
    });
  });
}
