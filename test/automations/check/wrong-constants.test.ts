import { expect } from "chai";
import { validateDocument } from "../../../src/automations/index.js";
import { createRecord } from "../../../src/crm/index.js";
import type { Document, Step, Trigger } from "../../../src/graph/index.js";
import { engineWorld } from "../../support/engine-world.js";

type World = Awaited<ReturnType<typeof engineWorld>>;

const base: Document = {
  object: "deal",
  triggers: [{ key: "changed", kind: "record.updated" }],
  steps: [{ key: "one", kind: "note.create", config: { body: "Hello" } }],
};
const step = (kind: string, config: object): Document => ({
  ...base,
  steps: [{ key: "one", kind, config: { ...config } } satisfies Step],
});
const trigger = (more: Partial<Trigger>, inputs?: object): Document => ({
  ...base,
  triggers: [{ key: "it", kind: "record.updated", ...more }],
  ...(inputs ? { inputs: { type: "object", ...inputs } } : {}),
});
const asked = (leaf: object): Document => ({ ...base, conditions: { all: [{ fact: "record", ...leaf }] } });
const mail = { to: "ann@example.com", subject: "Hi", body: "Hello" };

const told = (path: string): Document => ({
  ...base,
  steps: [
    {
      key: "ask",
      kind: "http.request",
      config: {
        url: "https://example.com",
        expect: { type: "object", properties: { lines: { type: "array", items: { properties: { sku: {} } } } } },
      },
    },
    { key: "tell", kind: "note.create", config: { body: `{{ steps.ask.output.body.${path} }}` } },
  ],
});

/** A document with one wrong constant, the place that is to be named, and the same with the constant put right. */
const cases: [what: string, wrong: Document, path: string, right: Document][] = [
  [
    "a stage written",
    step("record.update", { values: { stage: "wonn" } }),
    "steps[0].config.values.stage",
    step("record.update", { values: { stage: "won" } }),
  ],
  [
    "a day written in another order",
    step("record.update", { values: { closeDate: "31.12.2026" } }),
    "steps[0].config.values.closeDate",
    step("record.update", { values: { closeDate: "2026-12-31" } }),
  ],
  [
    "a number with a comma",
    step("record.update", { values: { amount: "12,5" } }),
    "steps[0].config.values.amount",
    step("record.update", { values: { amount: 12.5 } }),
  ],
  [
    "an owner who is not there",
    step("record.update", { values: { owner: "nobody@nowhere.test" } }),
    "steps[0].config.values.owner",
    step("record.update", { values: { owner: "{{ user.id }}" } }),
  ],
  [
    "a new record without what it needs",
    step("record.create", { object: "contact", values: { city: "Rome" } }),
    "steps[0].config.values.name",
    step("record.create", { object: "contact", values: { name: "{{ record.name }}" } }),
  ],
  [
    "an option in a condition",
    asked({ path: "stage", operator: "equal", value: "Won" }),
    "conditions.all[0].value",
    asked({ path: "stage", operator: "equal", value: "won" }),
  ],
  [
    "one option of several",
    asked({ path: "stage", operator: "in", value: ["won", "lots"] }),
    "conditions.all[0].value",
    asked({ path: "stage", operator: "in", value: ["won", "lost"] }),
  ],
  [
    "an option changed to",
    asked({ path: "stage", operator: "changedTo", value: "closed" }),
    "conditions.all[0].value",
    asked({ path: "stage", operator: "changedTo", value: "won" }),
  ],
  [
    "ends the wrong way round",
    asked({ path: "amount", operator: "between", value: [9, 1] }),
    "conditions.all[0].value",
    asked({ path: "amount", operator: "between", value: [1, 9] }),
  ],
  [
    "a path of every object in the language",
    asked({ path: "constructor", operator: "isNotEmpty" }),
    "conditions.all[0].path",
    asked({ path: "amount", operator: "isNotEmpty" }),
  ],
  [
    "a person by e-mail",
    asked({ path: "owner", operator: "equal", value: "ada@demo.test" }),
    "conditions.all[0].value",
    asked({ path: "owner.email", operator: "equal", value: "ada@demo.test" }),
  ],
  [
    "a company by its name",
    asked({ path: "company", operator: "equal", value: "Northwind" }),
    "conditions.all[0].value",
    asked({ path: "company.name", operator: "equal", value: "Northwind" }),
  ],
  [
    "an operator that searches cannot do",
    step("record.find", { object: "deal", when: { fact: "record", path: "name", operator: "matches", value: "a.*" } }),
    "steps[0].config.when.operator",
    step("record.find", { object: "deal", when: { fact: "record", path: "name", operator: "contains", value: "a" } }),
  ],
  [
    "an option searched for",
    step("record.find", {
      object: "contact",
      when: { fact: "record", path: "status", operator: "equal", value: "Lead" },
    }),
    "steps[0].config.when.value",
    step("record.find", {
      object: "contact",
      when: { fact: "record", path: "status", operator: "equal", value: "lead" },
    }),
  ],
  [
    "an order by a field that is not there",
    step("record.find", { object: "contact", sort: "-createdOn" }),
    "steps[0].config.sort",
    step("record.find", { object: "contact", sort: "-createdAt" }),
  ],
  [
    "two addresses in one text",
    step("email.send", { ...mail, to: "ann@example.com, bob@example.com" }),
    "steps[0].config.to",
    step("email.send", { ...mail, to: ["ann@example.com", "Bob Ray <bob@example.com>"] }),
  ],
  [
    "an address without a domain",
    step("email.send", { ...mail, cc: ["ann@"] }),
    "steps[0].config.cc[0]",
    step("email.send", { ...mail, cc: ["{{ record.owner.email }}"] }),
  ],
  [
    "a subject longer than a mail can have",
    step("email.send", { ...mail, subject: "x".repeat(901) }),
    "steps[0].config.subject",
    step("email.send", { ...mail, subject: "x".repeat(900) }),
  ],
  [
    "a web address without a scheme",
    step("http.request", { url: "example.com/orders" }),
    "steps[0].config.url",
    step("http.request", { url: "https://example.com/orders/{{ record.id }}" }),
  ],
  [
    "a header that is ours to set",
    step("http.request", { url: "https://example.com", headers: { Host: "x" } }),
    "steps[0].config.headers.Host",
    step("http.request", { url: "https://example.com", headers: { "X-Deal": "{{ record.id }}" } }),
  ],
  [
    "a call longer than calls may be",
    step("http.request", { url: "https://example.com", timeout: "10m" }),
    "steps[0].config.timeout",
    step("http.request", { url: "https://example.com", timeout: "90s" }),
  ],
  [
    "a wait for no date",
    step("wait", { until: "14.03.2027" }),
    "steps[0].config.until",
    step("wait", { until: "2027-03-14" }),
  ],
  [
    "a wait for a field without a date",
    step("wait", { until: "amount" }),
    "steps[0].config.until",
    step("wait", { until: "closeDate" }),
  ],
  [
    "a due date that is none",
    step("task.create", { title: "Call", dueAt: "next week" }),
    "steps[0].config.dueAt",
    step("task.create", { title: "Call", dueAt: "2027-03-14" }),
  ],
  [
    "a task for nobody",
    step("task.create", { title: "Call", assignee: "nobody@nowhere.test" }),
    "steps[0].config.assignee",
    step("task.create", { title: "Call", assignee: "owner" }),
  ],
  [
    "somebody to approve who is not there",
    step("approval", { assignees: { users: ["nobody@nowhere.test"] }, message: "May we?" }),
    "steps[0].config.assignees.users[0]",
    step("approval", { assignees: { users: ["ada@demo.test"] }, message: "May we?" }),
  ],
  [
    "a list that is not there",
    step("list.add", { list: "Vips" }),
    "steps[0].config.list",
    step("list.add", { list: "Big deals" }),
  ],
  [
    "a list of other records",
    step("list.add", { list: "Press" }),
    "steps[0].config.list",
    step("list.add", { list: "Big deals" }),
  ],
  [
    "an owner by a field that holds none",
    step("owner.assign", { to: { field: "company.name" } }),
    "steps[0].config.to.field",
    step("owner.assign", { to: { field: "company.owner" } }),
  ],
  ["a path the expected answer does not have", told("lines[0].sky"), "steps[1].config.body", told("lines[0].sku")],
  [
    "a value a trigger waits for",
    trigger({ fields: ["amount"], to: "much" }),
    "triggers[0].to",
    trigger({ fields: ["amount"], to: 100 }),
  ],
  [
    "a day a trigger waits for",
    trigger({ fields: ["closeDate"], to: "31.12.2026" }),
    "triggers[0].to",
    trigger({ fields: ["closeDate"], to: "2026-12-31" }),
  ],
  [
    "a required input nobody fills",
    trigger({}, { properties: { note: { type: "string" } }, required: ["note"] }),
    "triggers[0].inputs.note",
    trigger(
      { inputs: { note: "{{ record.name }}" } },
      { properties: { note: { type: "string" } }, required: ["note"] },
    ),
  ],
  [
    "a mapping to no input",
    trigger({ inputs: { note: "{{ record.name }}" } }),
    "triggers[0].inputs.note",
    trigger({ inputs: { note: "{{ record.name }}" } }, { properties: { note: { type: "string" } } }),
  ],
];

describe("a document with one wrong constant", () => {
  let world: World;
  before(async () => {
    world = await engineWorld("sqlite");
    const { engine, workspaceId, by } = world;
    for (const values of [
      { name: "Big deals", object: "deal" },
      { name: "Press", object: "contact" },
    ])
      await createRecord(engine, workspaceId, "list", values, { actor: by });
    await createRecord(engine, workspaceId, "company", { name: "Northwind" }, { actor: by });
  });
  after(() => world.drop());

  const errorsOf = async (document: Document) => {
    const form = document.steps[0]?.kind === "approval" ? "graph" : "list";
    const problems = await validateDocument(world.engine, world.workspaceId, document, form);
    return problems.filter(({ severity }) => severity === "error").map(({ path, message }) => `${path}: ${message}`);
  };

  for (const [what, wrong, path, right] of cases)
    it(`is refused at its place: ${what}`, async () => {
      const errors = await errorsOf(wrong);
      expect(errors.map((one) => one.split(":")[0])).to.include(path, errors.join("\n"));
      expect((await errorsOf(right)).join("\n")).to.equal("");
    });
});
