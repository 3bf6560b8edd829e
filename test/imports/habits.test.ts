import { expect } from "chai";
import { action, imported, places } from "./known.js";

/** The flat form about deals, with these actions. */
const flat = (actions: object[], more: object = {}) =>
  imported({ name: "Flat", object_id: "deal", trigger_type: "record.updated", trigger_config: {}, actions, ...more });
/** A step list whose last step says a text about what the ones before it gave. */
const saying = (body: string, ...before: object[]) =>
  imported({ name: "Says", steps: [...before, action("say", "email_send", { to: "a@b.test", subject: "S", body })] });
const vars = action("keep", "set_variables", { price: 20, sub: { k: "v" }, list: ["a"] }, { success: "say" });

describe("what other systems are in the habit of writing", () => {
  it("reads the member that says something among those left empty", () => {
    const { document, unmapped } = flat([{ type: "send_slack", config: { channel: "#a", message: "Hi" } }], {
      trigger_type: "field.changed",
      trigger_config: { field: "stage", from_stage: "", to_stage: "won", attribute_slug: "", to_value: null },
    });
    expect(document.triggers).to.deep.equal([
      { key: "field_changed", kind: "record.updated", fields: ["stage"], to: "won" },
    ]);
    expect(unmapped).to.deep.equal([]);
  });

  it("takes a schedule beside the steps for that of a trigger which only says that there is one", () => {
    const { document, unmapped } = imported({
      name: "Daily",
      config: { schedule: { cron: "0 9 * * *" } },
      steps: [
        { stepSlug: "start", stepType: "trigger", config: { type: "schedule" }, nextSteps: { success: "find" } },
        action("find", "customer_search", { limit: 1 }),
      ],
    });
    expect(document.triggers).to.deep.equal([{ key: "schedule", kind: "schedule", cron: "0 9 * * *" }]);
    expect(unmapped).to.deep.equal([]);
  });

  it("sets variables that stand in a list, and reads them by their names", () => {
    const variables = [
      { name: "who", value: "{{input.customerId}}" },
      { name: "days", value: 3 },
    ];
    const found = saying("{{who}} {{days}}", action("keep", "set_variables", { variables }, { success: "say" }));
    expect(found.step("keep").config).to.deep.equal({ values: { who: "{{ inputs.customerId }}", days: 3 } });
    expect(found.step("say").config["body"]).to.equal("{{ vars.who }} {{ vars.days }}");
  });

  it("says a value again in the section about it, and names what is in one thing", () => {
    const found = saying("{{#price}}[{{price}}]{{/price}}{{#sub}}{{k}}{{/sub}}{{#list}}{{.}}{{/list}}", vars);
    expect(found.step("say").config["body"]).to.equal(
      "{% if vars.price != blank %}[{{ vars.price }}]{% endif %}" +
        "{% if vars.sub != blank %}{% assign items = vars.sub | compact %}{% for item in items %}{{ item.k }}{% endfor %}{% endif %}" +
        "{% for item in vars.list %}{{ item }}{% endfor %}",
    );
  });

  it("reads filters with signs in quotes, those written as calls, and lists told item by item", () => {
    const text = `{{list | join: ', '}} {{list|sort("n", "desc")|slice(1, 3)}} {{list|formatList("{n}: {t}", "; ")}}`;
    expect(saying(text, vars).step("say").config["body"]).to.equal(
      `{{ vars.list | join: ", " }} {{ vars.list | sort: "n" | reverse | slice: 1, 2 }} ` +
        "{% for item in vars.list %}{{ item.n }}: {{ item.t }}{% if forloop.last == blank %}; {% endif %}{% endfor %}",
    );
    expect(places(saying("{{list | rocket: 1}}", vars))).to.deep.equal(["steps[1]"]);
  });

  it("looks up the record behind a relation before the step that reads it", () => {
    const found = saying(
      "Dear {{steps.deal.output.contact.name}}",
      action("deal", "deal.get", { dealId: "{{input.dealId}}" }, { success: "say" }),
    );
    const by = {
      fact: "record",
      path: "id",
      operator: "equal",
      value: '{{ steps.deal.output.values.contact | default: "" }}',
    };
    expect(found.step("say_contacts").config).to.deep.include({ object: "contact", when: { all: [by] }, limit: 1 });
    expect(found.step("say").config["body"]).to.equal(
      'Dear {{ steps.say_contacts.output.records[0].values.name | default: "" }}',
    );
  });

  it("asks before an action that runs only if something holds, and goes past it", () => {
    const only = { run_if_field: "{{record.values.stage}}", run_if_operator: "equals", run_if_value: "won" };
    const found = flat([
      { type: "update_record", config: { update_field: "status", update_value: "{{record.values.stage}}", ...only } },
      { type: "send_slack", config: { channel: "#a", message: "Hi" } },
    ]);
    expect(found.form).to.equal("graph");
    expect(found.step("update_record_if")).to.deep.include({
      config: { when: { all: [{ fact: "record", path: "stage", operator: "equal", value: "won" }] } },
      next: { true: "update_record", false: "send_slack" },
    });
    expect(found.step("update_record").config).to.deep.equal({ values: { status: "{{ record.stage }}" } });
    expect(found.unmapped).to.deep.equal([]);
  });

  it("compares the field of a switch with the value of each case", () => {
    const node = (id: string, type: string, data: object) => ({ id, type, data });
    const cases = [{ id: "c1", label: "Won", value: "won" }];
    const found = imported({
      name: "Switch",
      object_id: "deal",
      nodes: [
        node("t", "trigger", { trigger_type: "manual" }),
        node("s", "switch", { field: "record.stage", cases }),
        node("a", "action", { action_type: "create_task", title: "A" }),
      ],
      edges: [
        { source: "t", target: "s" },
        { source: "s", target: "a", sourceHandle: "c1" },
      ],
    });
    const when = { all: [{ fact: "record", path: "stage", operator: "equal", value: "won" }] };
    expect(found.step("s")).to.deep.include({ config: { cases: [{ key: "won", label: "Won", when }] } });
    expect(found.step("s").next).to.deep.equal({ won: "a" });
  });

  it("starts other automations from steps, actions and nodes of every name for it", () => {
    const runs = (type: string, more: object) =>
      imported({ name: "R", steps: [action("r", type, { workflow: "Other", input: { a: "{{input.a}}" }, ...more })] });
    const config = { automation: "Other", inputs: { a: "{{ inputs.a }}" } };
    expect(runs("workflow.run", {}).step("r")).to.deep.include({ kind: "run_automation", config });
    expect(runs("workflow", { operation: "execute" }).step("r")).to.deep.include({ kind: "run_automation", config });
    expect(runs("start_workflow", {}).step("r").config).to.deep.equal({ ...config, wait: false });
    const typed = imported({
      name: "R",
      steps: [{ stepSlug: "r", stepType: "sub_workflow", config: { workflow: "Other" } }],
    });
    expect(typed.step("r")).to.deep.include({ kind: "run_automation", config: { automation: "Other" } });
    const node = { id: "r", type: "workflow", data: { workflow: "Other", wait_for_completion: false } };
    expect(imported({ name: "R", nodes: [node], edges: [] }).step("r").config).to.deep.equal({
      automation: "Other",
      wait: false,
    });
  });

  it("asks the admins for an approval that names nobody, and lists that it does", () => {
    const parameters = { operation: "create_approval", description: "Send it?" };
    const found = imported({ name: "Asks", steps: [action("ask", "approval", parameters)] });
    const config = { assignees: { role: "admin" }, message: "Send it?" };
    expect(found.step("ask")).to.deep.include({ kind: "approval", config });
    expect(found.unmapped.map(({ reason }) => reason).join())
      .to.include("waits for the answer")
      .and.include("every admin");
    expect(new Set(places(found))).to.deep.equal(new Set(["steps[0].config.parameters"]));
  });

  it("compares a field that is yes or no with yes or no, also when the answer stands in quotes", () => {
    const asked = {
      stepSlug: "ask",
      stepType: "condition",
      config: { expression: "{{steps.who.output.subscribed}} == 'true'" },
    };
    const who = action("who", "customer_get", { customerId: "{{input.id}}" }, { success: "ask" });
    const leaf = { fact: "steps", path: "who.output.values.subscribed", operator: "equal", value: true };
    expect(imported({ name: "Asks", steps: [who, asked] }).step("ask").config).to.deep.equal({ when: { all: [leaf] } });
  });

  it("is not brought down by members that spoil what a value says of itself", () => {
    const spoilt = { toString: 1, valueOf: 1 };
    const found = flat([{ type: "send_slack", config: { channel: "#a", message: "Hi" } }], {
      object_id: spoilt,
      run_limit_per_month: spoilt,
    });
    expect(places(found)).to.include.members(["object_id", "run_limit_per_month"]);
  });
});
