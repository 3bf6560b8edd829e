import { expect } from "chai";
import { deleteRecord, linkedRecords, listsOf, type RecordRow } from "../../src/crm/index.js";
import { readEvent } from "../../src/events/index.js";
import { dialects } from "../support/databases.js";
import { type RecordWorld, recordWorld } from "../support/record-world.js";
import { failureIn, outputIn, performIn } from "./perform-in.js";

for (const dialect of dialects) {
  describe(`record steps on ${dialect}`, () => {
    let world: RecordWorld;
    const lastEvent = async () => {
      const [row] = await world.db.all("SELECT * FROM millrace_events ORDER BY id DESC LIMIT 1");
      if (!row) throw new Error("There is no event.");
      return readEvent(row);
    };
    const eventCount = async () => Number((await world.db.one("SELECT COUNT(*) AS n FROM millrace_events"))?.["n"]);

    before(async () => {
      world = await recordWorld(dialect);
    });
    beforeEach(async () => {
      world.deal = await world.record("deal", world.deal.values);
    });
    after(() => world.drop());

    describe("record.update", () => {
      it("writes what differs, in the run's name, and notes it for undo", async () => {
        const { deal } = world;
        const values = { stage: "won", amount: "{{ record.amount }}", status: "{{ record.name }}!" };
        const { outcome, input, writes, kept } = await performIn(world, "record.update", { values });
        const after = await world.now(deal);
        expect(after?.values).to.include({ stage: "won", amount: 12_000, status: "Northwind renewal!" });
        expect(outcome).to.deep.equal({
          type: "done",
          output: { id: deal.id, object: "deal", changed: ["stage", "status"], values: after?.values },
        });
        expect(input).to.deep.equal({ values: { stage: "won", amount: 12_000, status: "Northwind renewal!" } });
        expect(writes.map(({ field, before, after }) => [field, before, after])).to.deep.equal([
          ["stage", "proposal", "won"],
          ["status", null, "Northwind renewal!"],
        ]);
        expect(kept.get(`deal:${deal.id}`)).to.deep.equal(after);
        expect((await lastEvent()).actor).to.include({ type: "run", id: "run1", automationId: "auto1" });
      });

      it("takes what a condition takes: text for a number, an instant for a day, a local time", async () => {
        const values = { amount: "12500.50", closeDate: "2026-03-31T23:30:00Z", name: 42 };
        await outputIn(world, "record.update", { values });
        const after = await world.now(world.deal);
        expect(after?.values).to.include({ amount: 12_500.5, name: "42" });
        expect(after?.values["closeDate"]).to.be.oneOf(["2026-03-31", "2026-04-01"]);
      });

      it("does nothing at all when nothing differs", async () => {
        const before = await eventCount();
        expect(
          await outputIn(world, "record.update", { values: { stage: "proposal", amount: 12000 } }),
        ).to.deep.include({ changed: [] });
        expect(await eventCount()).to.equal(before);
        expect((await world.now(world.deal))?.version).to.equal(world.deal.version);
      });

      it("takes another record, by object and id", async () => {
        const record = { object: "company", id: "{{ record.company }}" };
        await outputIn(world, "record.update", { record, values: { status: "customer" } });
        expect((await world.now(world.company))?.values["status"]).to.equal("customer");
      });

      it("names the field at fault and writes nothing", async () => {
        const { outcome } = await performIn(world, "record.update", {
          values: { status: "x", stage: "wno", nmae: "y" },
        });
        expect(outcome).to.deep.include({ type: "fail", retryable: false });
        expect(outcome.type === "fail" && outcome.error.details?.["errors"]).to.have.length.greaterThan(0);
        expect((await world.now(world.deal))?.values["status"]).to.equal(null);
      });

      it("fails record_gone when the record was deleted, and no_record without one", async () => {
        await deleteRecord(world.room, world.ws, "deal", world.deal.id, world.cause);
        const values = { status: "x" };
        expect(await failureIn(world, "record.update", { values })).to.equal("record_gone");
        expect(await failureIn(world, "record.update", { record: "nobody", values })).to.equal("record_gone");
        expect(await failureIn(world, "record.update", { values }, { record: null })).to.equal("no_record");
        expect(
          await failureIn(
            world,
            "record.update",
            { record: "{{ vars.none }}", values },
            { names: { vars: { none: null } } },
          ),
        ).to.equal("no_record");
      });
    });

    it("record.create makes a record that undo knows to be new", async () => {
      const values = { name: "Contoso", employees: "{{ vars.size }}" };
      const { outcome, writes } = await performIn(
        world,
        "record.create",
        { object: "company", values },
        { names: { vars: { size: 40 } } },
      );
      const made = outcome.type === "done" ? outcome.output : undefined;
      const stored = await world.now({ object: "company", id: String(made?.["id"]) });
      expect(stored?.values).to.include({ name: "Contoso", employees: 40 }).and.deep.equal(made?.["values"]);
      expect(writes).to.deep.equal([
        { object: "company", recordId: stored?.id, field: null, before: undefined, after: stored?.values },
      ]);
      expect(await failureIn(world, "record.create", { object: "company", values: {} })).to.equal("invalid");
      expect(await failureIn(world, "record.create", { object: "compny", values: {} })).to.equal("not_found");
    });

    describe("record.upsert", () => {
      const upsert = { object: "contact", match: { email: "nora@northwind.test" }, values: { jobTitle: "Buyer" } };

      it("updates the one that matches, else makes it", async () => {
        expect(await outputIn(world, "record.upsert", upsert)).to.deep.include({
          id: world.contact.id,
          created: false,
          changed: ["jobTitle"],
        });
        const match = { email: "new@northwind.test" };
        const output = await outputIn(world, "record.upsert", { object: "contact", match, values: { name: "New" } });
        expect(output).to.include({ created: true });
        expect(output["values"]).to.include({ email: "new@northwind.test", name: "New" });
      });

      it("finds an e-mail address in whatever case it is written", async () => {
        const match = { email: "NORA@Northwind.test" };
        const output = await outputIn(world, "record.upsert", { ...upsert, match });
        expect(output).to.include({ id: world.contact.id, created: false });
      });

      it("never guesses between two, nor matches with nothing", async () => {
        await world.record("contact", { name: "Double", email: "nora@northwind.test" });
        expect(await failureIn(world, "record.upsert", upsert)).to.equal("several_match");
        expect(await failureIn(world, "record.upsert", { ...upsert, match: { email: null } })).to.equal("empty_match");
      });

      it("makes one record, however many try at once", async () => {
        const match = { email: "once@northwind.test" };
        const tries = Array.from({ length: 8 }, () =>
          outputIn(world, "record.upsert", { object: "contact", match, values: { name: "Once" } }),
        );
        const outputs = await Promise.all(tries);
        expect(new Set(outputs.map((output) => output["id"])).size).to.equal(1);
        expect(outputs.filter((output) => output["created"])).to.have.length(1);
      });
    });

    it("record.delete deletes, with the last values for undo", async () => {
      const { outcome, writes, kept } = await performIn(world, "record.delete", {});
      expect(outcome).to.deep.include({ type: "done" });
      expect(await world.now(world.deal)).to.equal(null);
      expect(writes).to.deep.equal([
        { object: "deal", recordId: world.deal.id, field: null, before: world.deal.values, after: undefined },
      ]);
      expect(kept.get(`deal:${world.deal.id}`)).to.equal(null);
      expect(await failureIn(world, "record.delete", {})).to.equal("record_gone");
    });

    it("record.get reads any record", async () => {
      const output = await outputIn(world, "record.get", { object: "company", id: "{{ record.company }}" });
      expect(output).to.deep.equal(await world.now(world.company));
      expect(await failureIn(world, "record.get", { object: "company", id: "nothing" })).to.equal("record_gone");
    });

    it("record.find finds by conditions, sorted, and says when there are more", async () => {
      for (const price of [1, 2, 3]) await world.record("product", { name: `Product ${price}`, price });
      await world.record("product", { name: "Dear", price: 500 });
      const when = { all: [{ fact: "record", path: "price", operator: "lessThan", value: "{{ vars.limit }}" }] };
      const names = { vars: { limit: 100 } };
      const output = await outputIn(
        world,
        "record.find",
        { object: "product", when, sort: "-price", limit: 2 },
        { names },
      );
      expect((output["records"] as RecordRow[]).map(({ values }) => values["price"])).to.deep.equal([3, 2]);
      expect(output).to.include({ total: 3, truncated: true });
      expect(await outputIn(world, "record.find", { object: "product" })).to.include({ total: 4, truncated: false });
      expect(await failureIn(world, "record.find", { object: "deal", limit: 1001 })).to.equal("invalid_config");
      expect(await failureIn(world, "record.find", { object: "deal", sort: "amnt" })).to.equal("invalid");
    });

    it("record.link and record.unlink connect once, and take it back", async () => {
      const config = { relation: "attendee", to: { object: "contact", id: "{{ record.contact }}" } };
      expect(await outputIn(world, "record.link", config)).to.include({ linked: true });
      expect(await outputIn(world, "record.link", config)).to.include({ linked: false });
      expect(await linkedRecords(world.room, world.ws, world.deal)).to.have.length(1);
      expect(await outputIn(world, "record.unlink", config)).to.include({ unlinked: true });
      expect(await outputIn(world, "record.unlink", config)).to.include({ unlinked: false });
      expect(await failureIn(world, "record.link", { ...config, to: { object: "contact", id: "gone" } })).to.equal(
        "not_found",
      );
    });

    it("record.link by a relation that is a field sets the field, and refuses another object", async () => {
      const company = await world.record("company", { name: "Northwind" });
      const to = { object: "company", id: company.id };
      const field = async () => (await world.now(world.deal))?.values["company"] ?? null;
      expect(await outputIn(world, "record.link", { relation: "company", to })).to.include({ linked: true });
      expect(await field()).to.equal(company.id);
      expect(await outputIn(world, "record.link", { relation: "company", to })).to.include({ linked: false });
      const wrong = { relation: "company", to: { object: "contact", id: "{{ record.contact }}" } };
      expect(await failureIn(world, "record.link", wrong)).to.equal("wrong_object");
      expect(await outputIn(world, "record.unlink", { relation: "company", to })).to.include({ unlinked: true });
      expect(await field()).to.equal(null);
    });

    it("list.add and list.remove keep the record on a list, by the list's name", async () => {
      await world.record("list", { name: "Renewals", object: "deal" });
      expect(await outputIn(world, "list.add", { list: "Renewals" })).to.include({ added: true });
      expect(await outputIn(world, "list.add", { list: "Renewals" })).to.include({ added: false });
      expect(await listsOf(world.room, world.ws, world.deal)).to.have.length(1);
      expect(await outputIn(world, "list.remove", { list: "Renewals" })).to.include({ removed: true });
      expect(await failureIn(world, "list.add", { list: "Nothing" })).to.equal("not_found");
    });

    it("a step that fails leaves nothing behind", async () => {
      const before = await eventCount();
      const { outcome } = await performIn(world, "record.upsert", {
        object: "contact",
        match: { email: "x@y.test" },
        values: { nam: "X" },
      });
      expect(outcome.type).to.equal("fail");
      expect(await eventCount()).to.equal(before);
    });
  });
}
