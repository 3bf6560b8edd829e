import { expect } from "chai";
import { checkConfig } from "../../src/actions/index.js";
import { action, imported, known, places } from "./known.js";

const list = (...steps: object[]) => imported({ name: "W", steps });
const flat = (actions: object[], more: object = {}) =>
  imported({ trigger_type: "manual", object: "contact", actions, ...more });

describe("nothing of a definition goes in silence", () => {
  it("shows what is to be approved with the question, and says that the run waits", () => {
    const metadata = { subject: "Hello {{input.name}}", body: "Dear you" };
    const found = list(
      action("ask", "approval.create_approval", { title: "Send it?", metadata, assignees: ["a@b.test"] }),
    );
    expect(found.step("ask").config["message"]).to.equal(
      "Send it?\n\n**Subject**: Hello {{ inputs.name }}\n\n**Body**: Dear you",
    );
    expect(found.unmapped.map(({ reason }) => reason).join()).to.include("the run waits for the answer");
    expect(checkConfig(known.actions, "approval", found.step("ask").config)).to.deep.equal([]);
  });

  it("lists what a step says besides, its metadata too", () => {
    const found = list({ ...action("n", "create_note", { body: "x", customerId: "1" }), metadata: { team: "blue" } });
    expect(places(found)).to.deep.equal(["steps[0].metadata"]);
    expect(found.step("n").note).to.include('metadata: {"team":"blue"}');
  });

  it("takes a lead for a contact of that status, and a subscriber for one who subscribed", () => {
    const found = list(
      { stepSlug: "t", stepType: "trigger", config: { type: "lead.created" } },
      action("leads", "lead.search", {}),
      action("make", "create_lead", { email: "a@b.test" }),
      action("count", "list_subscribers", {}),
    );
    const isLead = { fact: "record", path: "status", operator: "equal", value: "lead" };
    expect(found.document.triggers[0]).to.deep.include({ kind: "record.created", when: { all: [isLead] } });
    expect(found.step("leads").config["when"]).to.deep.equal({ all: [isLead] });
    expect(found.step("make").config["values"]).to.deep.equal({ status: "lead", email: "a@b.test" });
    expect(found.step("count").config["when"]).to.deep.equal({
      all: [{ fact: "record", path: "subscribed", operator: "equal", value: true }],
    });
    expect(flat([], { object: "leads" }).unmapped[0]?.reason).to.include('"leads" is read as any contact');
  });

  it("sets variables in their order, and one bad entry leaves the rest", () => {
    const variables = [
      { name: "net", value: "{{input.net}}" },
      { name: "bad", value: "{{nobody.there}}" },
      { name: "gross", value: "{{net * 1.19}}" },
      { name: "line", value: "Total {{vars.gross}}" },
    ];
    const found = list(
      action("set", "set_variables", { variables }, { success: "say" }),
      action("say", "create_note", { body: "{{line}}", customerId: "1" }),
    );
    expect(found.document.steps.map(({ key, config }) => [key, config["values"] ?? config["reason"]])).to.deep.equal([
      ["set", { net: "{{ inputs.net }}" }],
      ["set_then", { gross: "{{ vars.net | times: 1.19 }}" }],
      ["set_then_2", { line: "Total {{ vars.gross }}" }],
      ["set_rest", found.step("set_rest").config["reason"]],
      ["say", undefined],
    ]);
    expect(found.step("set_rest").config["original"]).to.deep.equal({ bad: "{{nobody.there}}" });
    expect(found.step("set").next).to.deep.equal({ success: "set_then" });
    expect(found.step("set_rest").next).to.deep.equal({ success: "say" });
    expect(found.unmapped.map(({ reason }) => reason).join()).to.include(
      '"bad" is not set: There is nothing called "nobody.there"',
    );
  });

  it("knows the words of the flat form", () => {
    const found = flat([
      { type: "update_record", config: { field_updates: [{ field: "city", value: "Rome" }] } },
      {
        type: "create_record",
        config: { object: "contact", record_data: { first_name: "Ann", last_name: "Lee", email: "a@b.test" } },
      },
      { type: "create_task", config: { title: "Call {first_name}", task_due_days: 3 } },
      { type: "add_note", config: { body: "{{record.last_name}} at {{system.now}} for {{system.organization_id}}" } },
    ]);
    expect(found.document.steps.map(({ config }) => config)).to.deep.equal([
      { values: { city: "Rome" } },
      { object: "contact", values: { name: "Ann Lee", email: "a@b.test" } },
      { title: 'Call {{ record.name | split: " " | first }}', dueIn: "3d" },
      { body: '{{ record.name | split: " " | last }} at {{ now }} for {{ workspace.id }}' },
    ]);
    expect(found.unmapped).to.deep.equal([]);
    expect(flat([{ type: "add_note", config: { body: "{{system.moon}}" } }]).unmapped[0]?.reason).to.include(
      '"system.moon"',
    );
    const drawn = imported({
      trigger_type: "manual",
      nodes: [{ id: "a", type: "llmNode", data: { prompt: "Say hi" } }],
      edges: [],
    });
    expect(drawn.document.steps[0]).to.deep.include({ kind: "llm" });
  });

  it("says that a field of JSON is written whole where it was merged", () => {
    const objects = known.objects.map((one) =>
      one.name === "contact"
        ? { ...one, fields: [...one.fields, { name: "extra", label: "Extra", type: "json" as const }] }
        : one,
    );
    const found = imported(
      { name: "W", steps: [action("u", "customer_update", { customerId: "1", extra: { a: 1 } })] },
      { ...known, objects },
    );
    expect(found.unmapped.map(({ reason }) => reason).join()).to.include('"Extra" is written whole here');
  });
});
