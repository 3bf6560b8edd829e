import { expect } from "chai";
import { validateDocument } from "../../../src/automations/index.js";
import { createRecord, defineField } from "../../../src/crm/index.js";
import { startManually } from "../../../src/enrollments/index.js";
import type { Document, Step } from "../../../src/graph/index.js";
import { dialects } from "../../support/databases.js";
import { engineWorld } from "../../support/engine-world.js";

/** A deal of Northwind with everything a template may lead to, and a workflow that loops over people and their tags. */
async function namedWorld(dialect: "sqlite" | "mysql") {
  const world = await engineWorld(dialect);
  const { engine, workspaceId, by, user } = world;
  await defineField(engine, workspaceId, "deal", { name: "segment", label: "Segment", type: "text" });
  const make = (object: string, values: object) =>
    createRecord(engine, workspaceId, object, { ...values }, { actor: by });
  const company = await make("company", { name: "Northwind", industry: "Trade", employees: 12, owner: user.id });
  const nora = await make("contact", {
    name: "Nora",
    email: "nora@north.test",
    tags: ["vip", "press"],
    company: company.id,
  });
  const deal = await world.deal({
    amount: 12_000,
    owner: user.id,
    company: company.id,
    contact: nora.id,
    segment: "B2B",
  });
  return { ...world, company, nora, dealId: deal.id };
}

const inputs = {
  type: "object",
  properties: {
    note: { type: "string" },
    lines: { type: "array", items: { type: "object", properties: { sku: { type: "string" } } } },
  },
};
const find: Step = {
  key: "find",
  kind: "record.find",
  config: { object: "contact" },
  next: { success: "each" },
};
const each: Step = {
  key: "each",
  kind: "loop",
  config: { items: "{{ steps.find.output.records }}", itemVariable: "person" },
  next: { next: "tags", done: "end" },
};
const tags: Step = {
  key: "tags",
  kind: "loop",
  config: { items: "{{ loop.item.values.tags }}" },
  next: { next: "read", done: "each" },
};
const workflow = (values: Record<string, string>): Document => ({
  object: "deal",
  triggers: [],
  inputs,
  variables: { days: 3, office: { city: "Berlin" } },
  steps: [find, each, tags, { key: "read", kind: "set_variables", config: { values }, next: { success: "tags" } }],
});

/** Every kind of name, what it is in that run, and a misspelling with what it should have been. */
const names = (world: Awaited<ReturnType<typeof namedWorld>>): [string, unknown, string, string][] => [
  ["record.amount", 12_000, "record.amuont", "record.amount"],
  ["record.id", world.dealId, "recrd.id", "record.id"],
  ["record.segment", "B2B", "record.segmnt", "record.segment"],
  ["record.owner.email", "ada@demo.test", "record.owner.emial", "record.owner.email"],
  ["record.company.employees", 12, "record.company.employes", "record.company.employees"],
  ["record.company.owner.name", "Ada Admin", "record.company.owner.nam", "record.company.owner.name"],
  ["record.contact.company.industry", "Trade", "record.contact.company.industy", "record.contact.company.industry"],
  ["record.contact.tags[0]", "vip", "record.contact.tgas[0]", "record.contact.tags"],
  ["old.amount", 12_000, "old.amuont", "old.amount"],
  ["trigger.kind", "manual", "trigger.kidn", "trigger.kind"],
  ["trigger.actor.name", "Ada Admin", "trigger.actor.nmae", "trigger.actor.name"],
  ["trigger.record.name", "Northwind renewal", "trigger.record.nmae", "trigger.record.name"],
  ["inputs.note", "hello", "inputs.ntoe", "inputs.note"],
  ["input.note", "hello", "input.ntoe", "inputs.note"],
  ["inputs.lines[1].sku", "B", "inputs.lines[1].skuu", "inputs.lines.sku"],
  ["inputs.lines", [{ sku: "A" }, { sku: "B" }], "inputs.line", "inputs.lines"],
  ["steps.find.output.total", 1, "steps.find.output.totl", "steps.find.output.total"],
  ["steps.find.total", 1, "steps.find.totl", "steps.find.output.total"],
  ["steps.1.total", 1, "steps.1.totl", "steps.find.output.total"],
  ["steps.find.port", "success", "steps.fnd.port", "steps.find.port"],
  ["steps.find.records[0].values.email", "nora@north.test", "steps.find.records[0].values.emial", "email"],
  ["steps.find.records[0].email", "nora@north.test", "steps.find.records[0].emial", "email"],
  ["vars.days", 3, "vars.dasy", "vars.days"],
  ["days", 3, "dasy", "vars.days"],
  ["vars.office.city", "Berlin", "vars.office.ciyt", "vars.office.city"],
  ["loop.item", "vip", "loop.itm", "loop.item"],
  ["loop.index", 0, "loop.idnex", "loop.index"],
  ["loop.first", true, "loop.frist", "loop.first"],
  ["loop.last", false, "loop.lsat", "loop.last"],
  ["loop.length", 2, "loop.lenght", "loop.length"],
  ["loop.parent.index", 0, "loop.parent.idnex", "loop.parent.index"],
  ["loop.parent.item.values.name", "Nora", "loop.parent.item.values.nmae", "loop.parent.item.values.name"],
  ["person.values.email", "nora@north.test", "person.values.emial", "person.values.email"],
  ["person.email", "nora@north.test", "person.emial", "person.email"],
  ["automation.name", "Names", "automation.nmae", "automation.name"],
  ["workspace.slug", "demo", "workspace.slgu", "workspace.slug"],
  ["user.email", "ada@demo.test", "user.emial", "user.email"],
  ["user.name", "Ada Admin", "user.nmae", "user.name"],
];

for (const dialect of dialects) {
  describe(`names in templates, on ${dialect}`, () => {
    let world: Awaited<ReturnType<typeof namedWorld>>;
    before(async () => {
      world = await namedWorld(dialect);
    });
    after(() => world.drop());
    const errors = async (document: Document, form: "list" | "graph" = "graph") =>
      (await validateDocument(world.engine, world.workspaceId, document, form))
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message);
    const run = async (document: Document, given = {}) => {
      const { id } = await world.automation(document, "Names", "graph");
      const start = { recordId: world.dealId, inputs: given };
      const { id: runId } = await startManually(world.engine, world.workspaceId, id, start, world.by);
      await world.drain();
      return world.run(runId);
    };

    it("are accepted, and come out of a run with their value and type", async () => {
      const all = Object.fromEntries(names(world).map(([name], at) => [`v${at}`, `{{ ${name} }}`]));
      const done = await run(workflow(all), { note: "hello", lines: [{ sku: "A" }, { sku: "B" }] });
      expect(done.status, JSON.stringify(done.reason)).to.equal("completed");
      const read = (done.steps.find(({ key }) => key === "read")?.output ?? {}) as Record<string, unknown>;
      names(world).forEach(([name, value], at) => {
        expect(read[`v${at}`], name).to.deep.equal(value);
      });
    });

    it("are refused when misspelled, with the nearest there is", async () => {
      for (const [, , wrong, right] of names(world)) {
        const [message, ...more] = await errors(workflow({ value: `{{ ${wrong} }}` }));
        expect(message, wrong)
          .to.match(/^There is no variable/)
          .and.include(right);
        expect(more, wrong).to.deep.equal([]);
      }
    });

    it("follow relations in outputs and in the inputs of a trigger as well", async () => {
      const steps: Step[] = [{ key: "a", kind: "set_variables", config: { values: { x: 1 } } }];
      const won = {
        key: "won",
        kind: "record.updated",
        fields: ["stage"],
        inputs: { note: "{{ record.company.name }}" },
      };
      await world.automation({
        steps,
        inputs,
        triggers: [won],
        outputs: { note: "{{ inputs.note }}, {{ record.owner.name }}" },
      });
      await world.change("deal", world.dealId, { stage: "won" });
      await world.drain();
      const [done] = await world.runs({ status: "completed", limit: 1 });
      expect((await world.run(String(done?.id))).outputs).to.deep.equal({ note: "Northwind, Ada Admin" });
    });

    it("of a record whose object only a run will tell are all accepted", async () => {
      const get = (object: string): Step => ({ key: "get", kind: "record.get", config: { object, id: "1" } });
      const read: Step = { key: "a", kind: "set_variables", config: { values: { x: "{{ steps.get.output.sku }}" } } };
      const check = (object: string) => errors({ object: "deal", triggers: [], steps: [get(object), read] }, "list");
      expect(await check("{{ record.status }}")).to.deep.equal([]);
      expect(await check("product")).to.deep.equal([]);
      expect((await check("contact"))[0]).to.include('no variable "steps.get.output.sku"');
    });

    it("of a run are not there when its inputs are filled", async () => {
      const trigger = { key: "won", kind: "record.updated", inputs: { note: "{{ run.id }}" } };
      const [message] = await errors({ ...workflow({ x: "1" }), triggers: [trigger] });
      expect(message).to.include('There is no variable "run.id"');
    });

    it("of secrets are known in steps that reach outside, and nowhere else", async () => {
      const call = (header: string): Step => ({
        key: "call",
        kind: "http.request",
        config: { url: "https://erp.test", headers: { "x-key": header } },
      });
      const base: Document = { object: "deal", triggers: [], secrets: ["erp_key"], steps: [] };
      expect(await errors({ ...base, steps: [call("{{ secrets.erp_key }}")] })).to.deep.equal([]);
      expect((await errors({ ...base, steps: [call("{{ secrets.erp_kye }}")] }))[0]).to.include('"secrets.erp_key"');
      const [told] = await errors({ ...base, steps: [call("x")], outputs: { key: "{{ secrets.erp_key }}" } });
      expect(told).to.equal("Secrets can be used only in steps that reach outside, not here.");
    });

    it("of a model's tools are those of the objects there are", async () => {
      const ask = (tool: string): Step => ({
        key: "ask",
        kind: "llm",
        config: { prompt: "Who is it?", tools: [tool] },
      });
      const base: Document = { object: "deal", triggers: [], steps: [] };
      expect(await errors({ ...base, steps: [ask("contact_get")] }, "list")).to.deep.equal([]);
      expect(await errors({ ...base, steps: [ask("contcat_get")] }, "list")).to.deep.equal([
        'There is no tool "contcat_get". Did you mean "contact_get"?',
      ]);
    });

    it("of a record are not there in the global context", async () => {
      const steps: Step[] = [{ key: "a", kind: "set_variables", config: { values: { x: "{{ record.name }}" } } }];
      expect(await errors({ object: null, triggers: [], steps })).to.deep.equal([
        "There is no record in the global context. Choose an object for this automation to read one.",
      ]);
    });
  });
}
