import { expect } from "chai";
import fc from "fast-check";
import { createRecords, findRecords, type RecordRow } from "../../../src/crm/index.js";
import { dialects } from "../../support/databases.js";
import { ada, type CrmWorld, crmWorld, faultsOf, problemOf } from "../crm-world.js";

for (const dialect of dialects) {
  describe(`findRecords on ${dialect}`, () => {
    let world: CrmWorld;
    let deals: RecordRow[];

    before(async () => {
      world = await crmWorld(dialect);
      const amounts = [null, 5, 3, 3, null, 1, 8, 3];
      const rows = amounts.map((amount, at) => ({
        name: `Deal ${"cab"[at % 3]}`,
        amount,
        closeDate: at % 2 ? "2026-04-01" : null,
      }));
      deals = await createRecords(world.host, world.ws, "deal", rows, ada);
    });
    after(() => world.drop());

    const find = (options: Parameters<typeof findRecords>[3]) => findRecords(world.host, world.ws, "deal", options);
    const where = (path: string, operator: string, value?: unknown) => ({ fact: "record", path, operator, value });
    const amounts = (records: RecordRow[]) => records.map((record) => record.values["amount"]);

    it("sorts, blanks first going up and last going down", async () => {
      expect(amounts((await find({ sort: "amount" })).records)).to.deep.equal([null, null, 1, 3, 3, 3, 5, 8]);
      expect(amounts((await find({ sort: "-amount" })).records)).to.deep.equal([8, 5, 3, 3, 3, 1, null, null]);
    });

    it("pages through every record once, whatever the order and the page's size", async () => {
      const order = fc.constantFrom(
        "amount",
        "-amount",
        "name,-amount",
        "-closeDate,name",
        "-id",
        "createdAt",
        "stage,-name,amount",
      );
      await fc.assert(
        fc.asyncProperty(order, fc.integer({ min: 1, max: 4 }), async (sort, limit) => {
          const seen: string[] = [];
          for (let cursor: string | undefined, more = true; more; ) {
            const page = await find({ sort, limit, cursor });
            seen.push(...page.records.map((record) => record.id));
            cursor = page.nextCursor ?? undefined;
            more = cursor !== undefined;
          }
          expect(seen).to.deep.equal((await find({ sort })).records.map((record) => record.id));
        }),
        { numRuns: 30 },
      );
    });

    it("searches the label, whatever the case, and counts", async () => {
      const { records, total } = await find({ q: "DEAL A", count: true, limit: 1 });
      expect([records.length, total]).to.deep.equal([1, 3]);
    });

    it("compares two fields of a record, and a date with now", async () => {
      const same = await find({
        when: where("closeDate", "equal", { fact: "record", path: "closeDate" }),
        count: true,
      });
      expect(same.total).to.equal(4);
      const open = await find({ when: where("closeDate", "after", { fact: "now" }), count: true });
      expect(open.total).to.equal(4);
    });

    it("takes lists of thousands of values", async () => {
      const many = (values: unknown[]) => [...values, ...Array.from({ length: 3000 }, (_, at) => at + 1000)];
      expect((await find({ when: where("amount", "in", many([3])), count: true })).total).to.equal(3);
      expect((await find({ when: where("name", "in", many(["Deal a"])), count: true })).total).to.equal(3);
      expect((await find({ when: where("closeDate", "in", many(["2026-04-01"])), count: true })).total).to.equal(4);
    });

    it("sees what its own transaction wrote, and nothing of another workspace", async () => {
      const { createWorkspace } = await import("../../../src/crm/index.js");
      const other = await createWorkspace(world.host, { slug: `other-${dialect}`, name: "Other" });
      await world.host.db.inTransaction(async (tx) => {
        await createRecords(world.host, other.id, "deal", [{ name: "Theirs" }], ada, tx);
        expect((await findRecords(world.host, other.id, "deal", {}, tx)).records).to.have.length(1);
      });
      expect((await find({ q: "Theirs" })).records).to.have.length(0);
    });

    const refused: [string, Parameters<typeof findRecords>[3], string][] = [
      [
        "an unknown field",
        { when: { all: [where("amuont", "equal", 1)] } },
        `when.all[0].path: There is no field "amuont". Did you mean "amount"?`,
      ],
      [
        "an unknown operator",
        { when: where("amount", "biggerThan", 1) },
        `when.operator: There is no operator "biggerThan".`,
      ],
      [
        "a fact that is not the record",
        { when: { fact: "old", path: "amount", operator: "equal", value: 1 } },
        "when.fact: ",
      ],
      ["an operator about a change", { when: where("amount", "changed") }, "when.operator: "],
      ["a pattern", { when: where("name", "matches", "a+") }, "when.operator: "],
      ["two relations in a row", { when: where("contact.company.name", "equal", "x") }, "when.path: "],
      ["a wrong value", { when: where("amount", "greaterThan", "much") }, "when.value: "],
      ["an unknown sort", { sort: "amuont" }, `sort: There is no field "amuont" to sort by. Did you mean "amount"?`],
      ["too large a page", { limit: 1001 }, "limit: "],
      ["a foreign cursor", { cursor: "eyJhIjoxfQ" }, "cursor: "],
    ];
    for (const [what, options, message] of refused) {
      it(`refuses ${what} and says where`, async () => {
        expect((await faultsOf(find(options)))[0]).to.contain(message);
      });
    }

    it("takes a cursor only for the order it was made for", async () => {
      const { nextCursor } = await find({ sort: "amount", limit: 1 });
      expect(await faultsOf(find({ sort: "name", cursor: nextCursor ?? "" }))).to.have.length(1);
    });

    const attacks = [
      "' OR '1'='1",
      "') OR 1=1 -- ",
      "`; DROP TABLE crm_deals; --",
      "$.a' OR '1",
      "amount) UNION SELECT 1 -- ",
      "\\' OR 1=1 #",
      "name` = name OR `name",
      "%",
      "_",
      "x\0y",
    ];
    for (const text of attacks) {
      it(`is not moved by ${JSON.stringify(text)}`, async () => {
        const values = ["equal", "contains", "startsWith", "endsWith"].map((operator) =>
          find({ when: where("name", operator, text), q: text }),
        );
        for (const { records } of await Promise.all(values)) expect(records).to.have.length(0);
        expect((await find({ when: where("id", "in", [text, "ü"]) })).records).to.have.length(0);
        expect((await problemOf(find({ when: where(text, "equal", 1) }))).status).to.equal(422);
        expect((await problemOf(find({ sort: text }))).status).to.equal(422);
        expect((await problemOf(findRecords(world.host, world.ws, text))).status).to.equal(404);
        const forged = Buffer.from(JSON.stringify([text, text, deals[0]?.id])).toString("base64url");
        expect((await problemOf(find({ sort: "name", cursor: forged }))).status).to.equal(422);
      });
    }
  });
}
