import { expect } from "chai";
import { decide } from "../../src/people/index.js";
import { Problem } from "../../src/shared/errors.js";
import { dialects } from "../support/databases.js";
import { peopleWorld } from "./people-world.js";

const form = {
  type: "object",
  properties: { budget: { type: "number", minimum: 1 }, note: { type: "string" } },
  required: ["budget"],
  additionalProperties: false,
};

for (const dialect of dialects) {
  describe(`human tasks, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof peopleWorld>>;
    beforeEach(async () => {
      world = await peopleWorld(dialect);
    });
    afterEach(() => world.drop());
    const does = (id: string, values: Record<string, unknown>) =>
      decide(
        world.engine,
        world.workspaceId,
        id,
        { id: world.bob.id, name: "Bob", overrides: false },
        { decision: "done", values },
      );

    it("hands on what was filled in", async () => {
      const { runId, id, question } = await world.ask("human_task", {
        assignee: "bob@demo.test",
        title: "Call {{ record.name }}",
        form,
      });
      expect(question).to.deep.include({ title: "Call Northwind renewal", form });
      await does(id, { budget: 5000 });
      await world.drain();
      const run = await world.run(runId);
      expect(run.outputs).to.deep.equal({ left: "done" });
      expect(run.steps[0]?.output).to.deep.include({ who: "Bob", values: { budget: 5000 } });
    });

    it("refuses a form that is not filled in right, naming the fields", async () => {
      const { id } = await world.ask("human_task", { assignee: "bob@demo.test", title: "Call", form });
      const refused = await does(id, { note: 3 }).catch((error: unknown) => error as Problem);
      expect(refused).to.be.instanceOf(Problem).and.include({ status: 422 });
      expect((refused as Problem).errors.map(({ path }) => path)).to.have.members(["values.budget", "values.note"]);
      expect(await world.mine(world.bob)).to.deep.equal([id]);
    });

    it("leaves by timeout at its deadline", async () => {
      const { runId } = await world.ask("human_task", {
        assignee: { role: "operator" },
        title: "Call",
        deadline: "2h",
      });
      world.clock.forward("2h");
      await world.drain();
      expect((await world.run(runId)).outputs).to.deep.equal({ left: "timeout" });
    });
  });
}
