import { expect } from "chai";
import {
  addToList,
  createRecord,
  factsOf,
  fieldTypes,
  linkedRecords,
  linkRecords,
  listMembers,
  listsOf,
  type RecordRow,
  removeFromList,
  unlinkRecords,
  withRelated,
} from "../../src/crm/index.js";
import { dialects } from "../support/databases.js";
import { ada, type CrmWorld, crmWorld, faultsOf, problemOf } from "./crm-world.js";

for (const dialect of dialects) {
  describe(`lists and links on ${dialect}`, () => {
    let world: CrmWorld;
    let deal: RecordRow;
    let ann: RecordRow;

    before(async () => {
      world = await crmWorld(dialect);
      const grace = await world.user("Grace");
      const acme = await createRecord(
        world.host,
        world.ws,
        "company",
        { name: "Acme", industry: "Software", owner: grace.id },
        ada,
      );
      ann = await createRecord(world.host, world.ws, "contact", { name: "Ann", company: acme.id }, ada);
      deal = await createRecord(world.host, world.ws, "deal", { name: "Rollout", company: acme.id }, ada);
      await createRecord(world.host, world.ws, "list", { name: "VIP", object: "contact" }, ada);
    });
    after(() => world.drop());

    const kinds = async (from: number) => (await world.events()).slice(from).map((event) => event.kind);

    it("put a record on a list once, found by name, each with its event", async () => {
      const { host, ws } = world;
      const before = (await world.events()).length;
      const target = { object: "contact", id: ann.id };
      expect([
        await addToList(host, ws, "VIP", target, ada),
        await addToList(host, ws, "VIP", target, ada),
      ]).to.deep.equal([true, false]);
      expect((await listsOf(host, ws, target)).map((list) => list.values["name"])).to.deep.equal(["VIP"]);
      expect(await listMembers(host, ws, "VIP")).to.deep.equal([target]);
      expect([
        await removeFromList(host, ws, "VIP", target, ada),
        await removeFromList(host, ws, "VIP", target, ada),
      ]).to.deep.equal([true, false]);
      expect(await kinds(before)).to.deep.equal(["list.added", "list.removed"]);
    });

    it("of two lists with one name mean the one for the record's object", async () => {
      const { host, ws } = world;
      for (const object of ["company", "deal"]) await createRecord(host, ws, "list", { name: "Hot", object }, ada);
      const target = { object: "deal", id: deal.id };
      expect(await addToList(host, ws, "Hot", target, ada)).to.equal(true);
      expect((await listsOf(host, ws, target)).map((list) => list.values["object"])).to.deep.equal(["deal"]);
      expect(await removeFromList(host, ws, "Hot", target, ada)).to.equal(true);
    });

    it("refuse an unknown list, a strange record and one of another kind", async () => {
      const { host, ws } = world;
      expect((await problemOf(addToList(host, ws, "vip ", { object: "contact", id: ann.id }, ada))).status).to.equal(
        404,
      );
      expect((await problemOf(addToList(host, ws, "VIP", { object: "contact", id: "x" }, ada))).status).to.equal(404);
      expect(await faultsOf(addToList(host, ws, "VIP", { object: "deal", id: deal.id }, ada))).to.deep.equal([
        `list: The list "VIP" holds records of contact, not of deal.`,
      ]);
    });

    it("link two records once, seen from both ends", async () => {
      const { host, ws } = world;
      const [from, to] = [
        { object: "deal", id: deal.id },
        { object: "contact", id: ann.id },
      ];
      const before = (await world.events()).length;
      expect([
        await linkRecords(host, ws, from, "partner", to, ada),
        await linkRecords(host, ws, from, "partner", to, ada),
      ]).to.deep.equal([true, false]);
      expect(await linkedRecords(host, ws, from)).to.deep.equal([{ ...to, relation: "partner", direction: "out" }]);
      expect(await linkedRecords(host, ws, to, "partner")).to.deep.equal([
        { ...from, relation: "partner", direction: "in" },
      ]);
      expect([
        await unlinkRecords(host, ws, from, "partner", to, ada),
        await unlinkRecords(host, ws, from, "partner", to, ada),
      ]).to.deep.equal([true, false]);
      expect(await kinds(before)).to.deep.equal(["link.added", "link.removed"]);
      expect((await faultsOf(linkRecords(host, ws, from, "a b", to, ada)))[0]).to.match(/^relation/);
    });

    it("follow relations and users into the facts, as far as a path goes", async () => {
      const { host, ws } = world;
      const facts = await withRelated(host, ws, "contact", factsOf(ann), [
        "name",
        "company.industry",
        "company.owner.email",
        "company.nothing",
        "owner.name",
      ]);
      expect(facts).to.have.nested.property("$related.company.industry", "Software");
      expect(facts).to.have.nested.property("$related.company.$related.owner.email", "grace@test.example");
      expect(facts["$related"]).to.have.keys("company");
      expect(await withRelated(host, ws, "deal", factsOf(deal), ["amount"])).to.deep.equal(factsOf(deal));
    });

    it("know the type at the end of a path", async () => {
      const typeOf = await fieldTypes(world.host, world.ws, "deal");
      const paths = [
        "amount",
        "company.industry",
        "contact.company.employees",
        "owner.email",
        "createdAt",
        "nope",
        "company.nope",
        "__proto__",
        "amount.x",
      ];
      expect(paths.map(typeOf)).to.deep.equal([
        "money",
        "text",
        "number",
        "email",
        "datetime",
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    });
  });
}
