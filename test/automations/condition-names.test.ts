import { expect } from "chai";
import { validateDocument } from "../../src/automations/index.js";
import type { Document, Step } from "../../src/graph/index.js";
import { dialects } from "../support/databases.js";
import { engineWorld } from "../support/engine-world.js";

const asks = (fact: string, path: string) => ({ all: [{ fact, path, operator: "equal", value: "x" }] });
const whenCreated = { key: "new", kind: "record.created" };
const onEvent = { key: "paid", kind: "event", name: "paid" };

/** A workflow that finds contacts and asks something about each. */
const workflow = (fact: string, path: string, more: Partial<Document> = {}): Document => ({
  object: "deal",
  triggers: [whenCreated],
  inputs: {
    type: "object",
    properties: { lines: { type: "array", items: { properties: { sku: { type: "string" } } } } },
  },
  steps: [
    { key: "find", kind: "record.find", config: { object: "contact" }, next: { success: "each" } },
    {
      key: "each",
      kind: "loop",
      config: { items: "{{ steps.find.output.records }}" },
      next: { next: "ask", done: "end" },
    },
    { key: "ask", kind: "condition", config: { when: asks(fact, path) }, next: { true: "each", false: "each" } },
  ] as Step[],
  ...more,
});

for (const dialect of dialects) {
  describe(`names in conditions, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof engineWorld>>;
    before(async () => {
      world = await engineWorld(dialect);
    });
    after(() => world.drop());
    const errors = async (document: Document) =>
      (await validateDocument(world.engine, world.workspaceId, document, "graph"))
        .filter(({ severity }) => severity === "error")
        .map(({ path, message }) => `${path}: ${message}`);

    it("are refused when misspelled, with the nearest there is", async () => {
      const wrong: [string, string, string][] = [
        ["trigger", "actor.nmae", "trigger.actor.name"],
        ["trigger", "record.amuont", "trigger.record.amount"],
        ["loop", "idnex", "loop.index"],
        ["loop", "item.values.emial", "email"],
        ["steps", "find.output.totl", "steps.find.output.total"],
        ["steps", "find.total", "find.output.total"],
        ["inputs", "lines[0].skuu", "inputs.lines.sku"],
        ["workspace", "slgu", "workspace.slug"],
      ];
      for (const [fact, path, right] of wrong) {
        const found = await errors(workflow(fact, path));
        expect(found, `${path} ${found}`).to.have.length(1);
        expect(found[0]).to.match(/^steps\[2\]\.config\.when\.all\[0\]\.path: /);
        expect(found[0], path).to.include(`${right}"?`);
      }
    });

    it("are accepted when they are there", async () => {
      const right: [string, string][] = [
        ["trigger", "actor.name"],
        ["trigger", "record.amount"],
        ["loop", "item.values.email"],
        ["loop", "index"],
        ["steps", "find.output.records[0].values.email"],
        ["steps", "find.error.code"],
        ["inputs", "lines[1].sku"],
        ["run", "startedAt"],
      ];
      for (const [fact, path] of right) expect(await errors(workflow(fact, path)), path).to.deep.equal([]);
    });

    it("may be anything where an event brings what it likes", async () => {
      expect(await errors(workflow("trigger", "data.plan.name", { triggers: [onEvent] }))).to.deep.equal([]);
      expect(await errors(workflow("trigger", "data.plan.name"))).to.have.length(1);
      const wait: Step = {
        key: "hear",
        kind: "wait_for_event",
        config: { event: "paid", timeout: "1d", where: asks("trigger", "data.plan.name") },
      };
      expect(await errors(workflow("run", "id", { steps: [wait] }))).to.deep.equal([]);
    });

    it("know that a loop is read only inside it", async () => {
      const ask: Step = { key: "ask", kind: "condition", config: { when: asks("loop", "item") } };
      expect(await errors(workflow("run", "id", { steps: [ask] }))).to.have.length(1);
    });
  });
}
