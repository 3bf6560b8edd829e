import { expect } from "chai";
import {
  createObjectTable,
  createRecord,
  defineField,
  defineObject,
  describeObject,
  findRecords,
  getRecord,
  type Host,
  objectsOf,
  removeField,
  updateRecord,
} from "../../../src/crm/index.js";
import { dialects } from "../../support/databases.js";
import { ada, type CrmWorld, crmWorld, faultsOf, problemOf } from "../crm-world.js";

for (const dialect of dialects) {
  describe(`custom objects and fields on ${dialect}`, () => {
    let world: CrmWorld;
    let elsewhere: Host;

    beforeEach(async () => {
      world = await crmWorld(dialect);
      elsewhere = { ...world.host, objects: createObjectTable() };
    });
    afterEach(() => world.drop());

    const colours = ["red", "green"].map((value) => ({ value, label: value }));

    it("hold typed values beside the bundled ones, and are found by them", async () => {
      const { host, ws } = world;
      await defineField(host, ws, "deal", { name: "score", label: "Score", type: "number" });
      await defineField(host, ws, "deal", { name: "colours", label: "Colours", type: "multiSelect", options: colours });
      const deal = await createRecord(host, ws, "deal", { name: "x", score: 2.5, colours: ["green"] }, ada);
      const { record } = await updateRecord(host, ws, "deal", deal.id, { score: 10 }, ada);
      expect(record.values).to.deep.include({ score: 10, colours: ["green"] });
      expect(await getRecord(host, ws, "deal", deal.id)).to.deep.equal(record);
      const when = {
        all: [
          { fact: "record", path: "score", operator: "greaterThan", value: 9 },
          { fact: "record", path: "colours", operator: "hasAny", value: ["green"] },
        ],
      };
      expect((await findRecords(host, ws, "deal", { when, sort: "-score" })).records).to.have.length(1);
      expect(await faultsOf(updateRecord(host, ws, "deal", deal.id, { score: "many" }, ada))).to.have.length(1);
    });

    it("make a kind of record of their own", async () => {
      const { host, ws } = world;
      const made = await defineObject(host, ws, {
        name: "rental",
        label: "Rental",
        fields: [{ name: "customer", label: "Customer", type: "relation", relation: "contact" }],
      });
      expect([made.labelField, made.plural, made.fields.map((field) => field.name)]).to.deep.equal([
        "name",
        "Rentals",
        ["name", "customer"],
      ]);
      const ann = await createRecord(host, ws, "contact", { name: "Ann", city: "Oslo" }, ada);
      const rental = await createRecord(host, ws, "rental", { name: "Boat", customer: ann.id }, ada);
      const when = { fact: "record", path: "customer.city", operator: "equal", value: "Oslo" };
      const { records } = await findRecords(host, ws, "rental", { when });
      expect(records).to.deep.equal([rental]);
      expect(await faultsOf(createRecord(host, ws, "rental", {}, ada))).to.deep.equal([
        "values.name: Name is required.",
      ]);
    });

    it("are known at once here, and within a second in another process", async () => {
      const { host, ws, clock } = world;
      await objectsOf(elsewhere, ws);
      await defineField(host, ws, "deal", { name: "score", label: "Score", type: "number" });
      const names = async (asked: Host) => (await describeObject(asked, ws, "deal")).fields.map((field) => field.name);
      expect(await names(host)).to.include("score");
      clock.forward("1s");
      expect(await names(elsewhere)).to.include("score");
    });

    it("go out of sight when removed, and a rolled-back definition never shows", async () => {
      const { host, ws } = world;
      await defineField(host, ws, "deal", { name: "score", label: "Score", type: "number" });
      const deal = await createRecord(host, ws, "deal", { name: "x", score: 5 }, ada);
      await removeField(host, ws, "deal", "score");
      expect((await getRecord(host, ws, "deal", deal.id))?.values).not.to.have.property("score");
      expect(await faultsOf(updateRecord(host, ws, "deal", deal.id, { score: 1 }, ada))).to.have.length(1);
      expect((await problemOf(removeField(host, ws, "deal", "amount"))).status).to.equal(404);
    });

    it("belong to one workspace", async () => {
      const { createWorkspace } = await import("../../../src/crm/index.js");
      const other = await createWorkspace(world.host, { slug: "other", name: "Other" });
      await defineObject(world.host, other.id, { name: "rental", label: "Rental" });
      const problem = await problemOf(describeObject(world.host, world.ws, "rental"));
      expect(problem.status).to.equal(404);
      expect(problem.message).to.match(/^There is no object "rental"/);
    });

    const wrong: [string, object, string][] = [
      ["a name that is SQL", { name: "a`b", label: "x", type: "text" }, "name"],
      ["a name of JavaScript's own", { name: "constructor", label: "x", type: "text" }, "name"],
      ["a name the record has", { name: "version", label: "x", type: "text" }, "name"],
      ["an unknown type", { name: "a", label: "x", type: "txt" }, "type"],
      ["a select without options", { name: "a", label: "x", type: "select" }, "options"],
      [
        "an option twice",
        { name: "a", label: "x", type: "select", options: [...colours, ...colours] },
        "options[2].value",
      ],
      ["a relation to nothing", { name: "a", label: "x", type: "relation", relation: "contcat" }, "relation"],
      ["a setting there is none of", { name: "a", label: "x", type: "text", unique: true }, "unique"],
    ];
    it("refuse what could not work, and say where", async () => {
      for (const [what, field, path] of wrong) {
        const faults = await faultsOf(defineField(world.host, world.ws, "deal", field as never));
        expect(faults[0]?.split(":")[0], what).to.equal(path);
      }
      const taken = [
        defineField(world.host, world.ws, "deal", { name: "amount", label: "x", type: "text" }),
        defineObject(world.host, world.ws, { name: "deal", label: "Deal" }),
      ];
      for (const one of taken) expect((await problemOf(one)).code).to.equal("taken");
    });
  });
}
