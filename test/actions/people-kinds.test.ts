import { expect } from "chai";
import { deleteRecord, notificationsOf, type User, updateUser } from "../../src/crm/index.js";
import { dialects } from "../support/databases.js";
import { type RecordWorld, recordWorld } from "../support/record-world.js";
import { failureIn, outputIn, performIn } from "./perform-in.js";

for (const dialect of dialects) {
  describe(`steps about people on ${dialect}`, () => {
    let world: RecordWorld;
    let team: User[];

    before(async () => {
      world = await recordWorld(dialect);
      const { person } = world;
      team = [
        await person("eve@demo.test", "Eve", "editor"),
        await person("ed@demo.test", "Ed", "editor"),
        await person("em@demo.test", "Em", "editor"),
      ];
    });
    beforeEach(async () => {
      world.deal = await world.record("deal", world.deal.values);
    });
    after(() => world.drop());

    const owner = async () => (await world.now(world.deal))?.values["owner"];

    describe("owner.assign", () => {
      it("to a person, by e-mail or id", async () => {
        const output = await outputIn(world, "owner.assign", { to: { user: "Ada@demo.test" } });
        expect(output).to.include({ owner: world.ada.id, name: "Ada Admin", email: "ada@demo.test" });
        expect(await owner()).to.equal(world.ada.id);
        expect(await outputIn(world, "owner.assign", { to: { user: world.ada.id } })).to.deep.include({ changed: [] });
        expect(await failureIn(world, "owner.assign", { to: { user: "who@demo.test" } })).to.equal("unknown_user");
      });

      it("to the user in a field, also of a related record", async () => {
        await outputIn(world, "owner.assign", { to: { field: "company.owner" } });
        expect(await owner()).to.equal(world.ada.id);
        expect(await failureIn(world, "owner.assign", { to: { field: "contact.owner" } })).to.equal("nobody");
        const order = await world.record("order", { number: "1", deal: world.deal.id });
        const far = { to: { field: "deal.company.owner" }, record: { object: "order", id: order.id } };
        expect(await outputIn(world, "owner.assign", far)).to.include({ owner: world.ada.id });
        const record = { object: "company", id: world.company.id };
        expect(await outputIn(world, "owner.assign", { record, to: { field: "owner" } })).to.include({
          owner: world.ada.id,
        });
      });

      it("in turn: each gets the same number, however many runs ask at once", async () => {
        const to = { roundRobin: { role: "editor" } };
        const deals = await Promise.all(Array.from({ length: 12 }, () => world.record("deal", { name: "New" })));
        const outputs = await Promise.all(
          deals.map((record) => outputIn(world, "owner.assign", { to }, { record, stepKey: "turn" })),
        );
        const counts = team.map(({ id }) => outputs.filter((output) => output["owner"] === id).length);
        expect(counts).to.deep.equal([4, 4, 4]);
      });

      it("in turn goes on after who left, and a failed try takes no turn", async () => {
        const to = { roundRobin: team.map((user) => user.email) };
        const next = async () => (await outputIn(world, "owner.assign", { to }, { stepKey: "leavers" }))["name"];
        expect([await next(), await next()]).to.deep.equal(["Eve", "Ed"]);
        await failureIn(
          world,
          "owner.assign",
          { to: { roundRobin: { users: ["eve@demo.test", "x@y.test"] } } },
          { stepKey: "leavers" },
        );
        expect(await next()).to.equal("Em");
        for (const user of team.slice(0, 2)) await updateUser(world.room, world.ws, user.id, { active: false });
        expect([await next(), await next()]).to.deep.equal(["Em", "Em"]);
        for (const user of team.slice(0, 2)) await updateUser(world.room, world.ws, user.id, { active: true });
      });

      it("to whoever has the fewest open tasks, or records", async () => {
        const [eve, ed, em] = team.map((user) => user.id);
        await world.record("task", { title: "a", assignee: eve });
        await world.record("task", { title: "b", assignee: ed });
        await world.record("task", { title: "c", assignee: em, status: "done" });
        const by = async (by: string, key: string) =>
          (await outputIn(world, "owner.assign", { to: { leastBusy: { role: "editor", by } } }, { stepKey: key }))[
            "owner"
          ];
        expect(await by("tasks", "busy")).to.equal(em);
        for (const owner of [eve, em]) for (let n = 0; n < 30; n++) await world.record("deal", { name: "x", owner });
        expect(await by("records", "busy2")).to.equal(ed);
      });

      it("says when nobody can be chosen, or the object has no owner", async () => {
        expect(await failureIn(world, "owner.assign", { to: { roundRobin: { role: "viewer" } } })).to.equal("nobody");
        const record = await world.record("product", { name: "Box" });
        expect(
          await failureIn(world, "owner.assign", {
            record: { object: "product", id: record.id },
            to: { user: world.ada.id },
          }),
        ).to.equal("no_owner_field");
        expect(await failureIn(world, "owner.assign", { to: { user: "a", field: "b" } })).to.equal("invalid_config");
      });
    });

    describe("task.create", () => {
      it("makes a task about the record, for its owner, due in calendar days", async () => {
        world.clock.set("2026-03-27T08:00:00.000Z");
        const config = { title: "Call {{ record.name }}", body: "Soon.", assignee: "owner", dueIn: "3d" };
        const { outcome, writes } = await performIn(world, "task.create", config);
        const output = outcome.type === "done" ? outcome.output : {};
        const task = await world.now({ object: "task", id: String(output?.["id"]) });
        expect(task?.values).to.include({
          title: "Call Northwind renewal",
          body: "Soon.",
          status: "open",
          assignee: world.omar.id,
          relatedObject: "deal",
          relatedId: world.deal.id,
          dueAt: "2026-03-30T07:00:00.000Z",
        });
        expect(writes).to.have.length(1);
      });

      it("for a person, or for nobody when the record has no owner", async () => {
        expect(await outputIn(world, "task.create", { title: "A", assignee: "ada@demo.test" })).to.include({
          assignee: world.ada.id,
        });
        const record = await world.record("deal", { name: "Unowned" });
        expect(await outputIn(world, "task.create", { title: "B", assignee: "owner" }, { record })).to.include({
          assignee: null,
        });
        expect(await outputIn(world, "task.create", { title: "C" }, { record: null })).to.have.nested.property(
          "values.relatedId",
          null,
        );
        expect(await failureIn(world, "task.create", { title: "D", assignee: "x@y.test" })).to.equal("unknown_user");
      });

      it("about a record that was deleted meanwhile, as its event last saw it", async () => {
        await deleteRecord(world.room, world.ws, "deal", world.deal.id, world.cause);
        const names = { trigger: { record: world.deal.values } };
        const output = await outputIn(world, "task.create", { title: "Say sorry", assignee: "owner" }, { names });
        expect(output)
          .to.include({ assignee: world.omar.id })
          .and.have.nested.property("values.relatedId", world.deal.id);
      });

      it("refuses a due date that is none", async () => {
        expect(await failureIn(world, "task.create", { title: "A", dueAt: "soon" })).to.equal("invalid");
        expect(await failureIn(world, "task.create", { title: "", dueIn: "3d" })).to.equal("invalid_config");
      });
    });

    it("note.create writes a note on the record", async () => {
      const output = await outputIn(world, "note.create", { body: "Won **{{ record.amount }}**" });
      expect(output["values"]).to.include({ body: "Won **12000**", relatedObject: "deal", relatedId: world.deal.id });
    });

    describe("notify", () => {
      const titles = async (user: User) => (await notificationsOf(world.room, user.id)).map(({ title }) => title);

      it("tells users, a role and the owner, each once", async () => {
        const to = { users: ["omar@demo.test", world.ada.id], role: "editor", owner: true };
        const output = await outputIn(world, "notify", {
          to,
          title: "{{ record.name }} is won",
          link: "/records/deal/{{ record.id }}",
        });
        expect(output["notified"]).to.have.members([world.omar, world.ada, ...team].map((user) => user.id));
        expect(await titles(world.omar)).to.deep.equal(["Northwind renewal is won"]);
        expect((await notificationsOf(world.room, world.ada.id))[0]?.link).to.equal(`/records/deal/${world.deal.id}`);
      });

      it("is skipped with a reason when there is nobody", async () => {
        const record = await world.record("deal", { name: "Unowned" });
        const { outcome } = await performIn(world, "notify", { to: { owner: true }, title: "x" }, { record });
        expect(outcome).to.include({ type: "skip" });
        expect(await failureIn(world, "notify", { to: { users: ["x@y.test"] }, title: "x" })).to.equal("unknown_user");
      });
    });
  });
}
