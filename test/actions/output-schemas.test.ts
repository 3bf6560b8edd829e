import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { builtinActions } from "../../src/actions/index.js";
import { createAutomation } from "../../src/automations/index.js";
import { createRecord } from "../../src/crm/index.js";
import { emitEvent } from "../../src/events/index.js";
import type { Document, Step } from "../../src/graph/index.js";
import { simulate } from "../../src/insight/index.js";
import { decide, questionsFor } from "../../src/people/index.js";
import { isObject, type JsonObject } from "../../src/shared/json.js";
import { engineWorld, whenWon } from "../support/engine-world.js";
import { loopback } from "../support/loopback.js";

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

const when = { all: [{ id: "named", fact: "record", path: "name", operator: "isNotEmpty", value: null }] };
const never = { all: [{ id: "lost", fact: "record", path: "stage", operator: "equal", value: "lost" }] };
const admins = { role: "admin" };
const name = "Northwind";

/** What each kind does here: a config, or more than one; null for a kind that never succeeds. */
const examples: Record<string, JsonObject[] | null> = {
  condition: [{ when }, { when: never }],
  switch: [{ cases: [{ key: "named", when }] }, { cases: [{ key: "lost", when: never }] }],
  split: [
    {
      branches: [
        { key: "a", weight: 1 },
        { key: "b", weight: 1 },
      ],
    },
  ],
  parallel: [{ branches: [{ key: "a" }, { key: "b" }] }],
  join: [{ mode: "any" }],
  loop: [{ items: [1, 2] }],
  for_each: [
    { items: [1, 2], automation: "Other" },
    { items: [], automation: "Other" },
  ],
  run_automation: [{ automation: "Other" }, { automation: "Other", wait: false }],
  "automation.enroll": [{ automation: "Other" }],
  "automation.pause": [{ automation: "Other" }, {}],
  "automation.resume": [{ automation: "Other" }],
  "automation.cancel_runs": [{ all: true }],
  wait: [{ for: "2d" }],
  wait_for_event: [{ event: "paid", timeout: "1d" }],
  goal: [{ when }, { when: never, timeout: "1d" }],
  approval: [{ assignees: admins, deadline: "1d" }],
  human_task: [{ assignee: admins, title: "Call", deadline: "1d" }],
  set_variables: [{ values: { a: 1 } }],
  calculate: [{ expression: "1 + 1", as: "two" }],
  end: [{ status: "completed" }],
  "record.create": [{ object: "company", values: { name } }],
  "record.update": [{ values: { status: "new" } }],
  "record.upsert": [{ object: "company", match: { name }, values: { name } }],
  "record.delete": [{}],
  "record.get": [{ object: "company", id: "{{ record.company.id }}" }],
  "record.find": [{ object: "deal", limit: 2 }],
  "record.link": [{ relation: "contacts", to: { object: "contact", id: "{{ record.contact.id }}" } }],
  "record.unlink": [{ relation: "contacts", to: { object: "contact", id: "{{ record.contact.id }}" } }],
  "list.add": [{ list: "VIP" }],
  "list.remove": [{ list: "VIP" }],
  "owner.assign": [{ to: { user: "ada@demo.test" } }],
  "task.create": [{ title: "Call" }],
  "note.create": [{ body: "Well" }],
  notify: [{ to: { role: "admin" }, title: "Look" }],
  "conversation.draft": [{ conversation: "{{ inputs.conversation }}", body: "Hello" }],
  "conversation.reply": [{ conversation: "{{ inputs.conversation }}", body: "Hello" }],
  "document.link": [{ document: "{{ inputs.document }}" }],
  "email.send": [{ to: "ann@demo.test", subject: "Hi", body: "Hello" }],
  "email.draft": [{ to: "ann@demo.test", subject: "Hi", body: "Hello" }],
  "slack.send": [{ channel: "#sales", text: "Hi" }],
  "sms.send": [{ to: "+4915112345678", text: "Hi" }],
  "http.request": [{ method: "GET", url: "https://shop.example.com" }],
  llm: [
    { prompt: "Hi" },
    { prompt: "Hi", format: "json", schema: { type: "object", properties: { a: { type: "string" } } } },
  ],
  "ai.classify": [{ text: "Hi", categories: ["a", "b"] }],
  "ai.extract": [{ text: "Hi", fields: { name: "string" } }],
  "ai.summarize": [{ text: "Hi" }],
  "ai.score": [{ text: "Hi", criteria: "How well" }],
  unmapped: null,
};

describe("what step kinds say of their outputs", () => {
  let world: Awaited<ReturnType<typeof engineWorld>>;
  let request: { recordId: string; inputs: JsonObject };
  before(async () => {
    world = await engineWorld("sqlite");
    const make = (object: string, values: JsonObject) =>
      createRecord(world.engine, world.workspaceId, object, values, { actor: world.by });
    const company = await make("company", { name });
    const contact = await make("contact", { name: "Ann", email: "ann@demo.test" });
    const deal = await world.deal({ company: company.id, contact: contact.id });
    const conversation = await make("conversation", { subject: "Hello", channel: "email", contact: contact.id });
    const document = await make("document", { name: "Offer", url: "https://files.example.com/offer.pdf" });
    await make("list", { name: "VIP", object: "deal" });
    await world.automation(
      { object: null, steps: [{ key: "box", kind: "set_variables", config: { values: { a: 1 } } }] },
      "Other",
    );
    request = { recordId: deal.id, inputs: { conversation: conversation.id, document: document.id } };
  });
  after(() => world.drop());

  /** The output of a step, carried out by itself as a run would. */
  async function outputOf(kind: string, config: JsonObject): Promise<JsonObject> {
    const step: Step = { key: "it", kind, config };
    const next: Step = { key: "after", kind: "set_variables", config: { values: { a: 1 } } };
    const steps = kind === "join" ? [{ ...next, next: { success: "it" } }, step] : [step];
    const document: Document = { object: "deal", triggers: [], steps };
    const made = await createAutomation(world.engine, world.workspaceId, { name: "Tried", form: "graph" }, world.by);
    const asked = { ...request, document, form: "graph" as const };
    const tried = await simulate(world.engine, world.workspaceId, made.id, asked, world.by);
    const row = tried.steps.find(({ key }) => key === "it");
    if (row?.["status"] !== "success" || !isObject(row["output"]))
      throw new Error(`${kind} came to ${JSON.stringify(row)}: ${tried.reason?.message}`);
    return row["output"];
  }

  /** Null when an output is what its kind says, with nothing beside it. */
  function faultOf(kind: string, value: unknown): string | null {
    const output = builtinActions().get(kind)?.output ?? {};
    const closed = output["properties"] !== undefined && output["additionalProperties"] === undefined;
    const properties = { ...(output["properties"] as object), simulated: { type: "boolean" } };
    const check = ajv.compile({ ...output, ...(closed ? { properties, additionalProperties: false } : {}) });
    return check(value) ? null : `${kind}: ${JSON.stringify(value)}: ${ajv.errorsText(check.errors)}`;
  }

  it("are true of what people, mails and other systems answered", async () => {
    const shop = await loopback((_req, res) => res.setHeader("Content-Type", "application/json").end('{"left":3}'));
    const real = await engineWorld("sqlite", { MILLRACE_ALLOW_HOSTS: shop.host });
    const steps: Step[] = [
      { key: "ask", kind: "approval", config: { assignees: admins }, next: { approved: "do" } },
      { key: "do", kind: "human_task", config: { assignee: admins, title: "Call" }, next: { done: "fetch" } },
      {
        key: "fetch",
        kind: "http.request",
        config: { method: "GET", url: `${shop.url}/stock` },
        next: { success: "tell" },
      },
      {
        key: "tell",
        kind: "email.send",
        config: { to: "ann@demo.test", subject: "Hi", body: "Hello" },
        next: { success: "met" },
      },
      { key: "met", kind: "goal", config: { when: never }, next: { met: "paid" } },
      { key: "paid", kind: "wait_for_event", config: { event: "paid" } },
    ];
    await real.automation({ triggers: [whenWon], steps }, "All of it", "graph");
    const deal = await real.deal({ stage: "lead" });
    await real.change("deal", deal.id, { stage: "won" });
    await real.drain();
    const by = { id: real.user.id, name: "Ada", overrides: true };
    for (const decision of ["approved", "done"] as const) {
      const [question] = (await questionsFor(real.engine, real.workspaceId)).data;
      await decide(real.engine, real.workspaceId, String(question?.id), by, { decision });
      await real.drain();
    }
    await real.change("deal", deal.id, { stage: "lost" });
    await real.drain();
    const paid = { workspaceId: real.workspaceId, kind: "event", name: "paid", data: { by: "card" } };
    await emitEvent(real.engine, paid, { actor: real.by });
    await real.drain();
    const run = await real.onlyRun();
    expect([run.status, run.steps.map(({ key }) => key)]).to.deep.equal(["completed", steps.map(({ key }) => key)]);
    expect(
      run.steps
        .map(({ kind, output }) => faultOf(kind, output))
        .filter(Boolean)
        .join("\n"),
    ).to.equal("");
    await real.drop();
    await shop.close();
  });

  for (const kind of builtinActions().keys()) {
    it(`are true of ${kind}`, async () => {
      const configs = examples[kind];
      if (configs === undefined) throw new Error(`Give an example of ${kind} here.`);
      for (const config of configs ?? []) expect(faultOf(kind, await outputOf(kind, config))).to.equal(null);
    });
  }
});
