import { expect } from "chai";
import type { JsonObject } from "../../src/shared/json.js";
import { imported, places } from "./known.js";

const base = {
  name: "Chase",
  trigger_type: "field.changed",
  trigger_config: { field: "stage", to_stage: "negotiation" },
  object_id: "deal",
};
const mail = { type: "send_email", config: { to: "{{record.contact.email}}", subject: "About {name}", body: "Hello" } };

describe("the flat form", () => {
  it("becomes a list about the object, with its trigger, conditions, policy and limit", () => {
    const found = imported({
      ...base,
      description: "Writes to them.",
      trigger_config: { field: "stage", from_stage: "", to_stage: "negotiation" },
      conditions: [{ attribute: "amount", operator: "gt", value: 100 }],
      actions: [mail, { type: "update_record", config: { field: "status", value: "chased" } }],
      error_handling: "continue",
      run_limit_per_month: 50,
      is_active: true,
    });
    expect(found).to.deep.include({ name: "Chase", description: "Writes to them.", form: "list", unmapped: [] });
    expect(found.document).to.deep.equal({
      object: "deal",
      triggers: [{ key: "field_changed", kind: "record.updated", fields: ["stage"], to: "negotiation" }],
      conditions: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 100 }] },
      steps: [
        {
          key: "send_email",
          kind: "email.send",
          config: { to: "{{ record.contact.email }}", subject: "About {{ record.name }}", body: "Hello" },
        },
        { key: "update_record", kind: "record.update", config: { values: { status: "chased" } } },
      ],
      onError: { policy: "continue" },
      limits: { runsPerMonth: 50 },
    });
  });

  const triggers: [string, JsonObject, JsonObject][] = [
    ["record_created", {}, { kind: "record.created" }],
    ["record.deleted", {}, { kind: "record.deleted" }],
    ["record.updated", { fields: ["close_date"] }, { kind: "record.updated", fields: ["closeDate"] }],
    ["status_changed", { to_value: "open" }, { kind: "record.updated", fields: ["status"], to: "open" }],
    ["deal.created", {}, { kind: "record.created" }],
    [
      "schedule.daily",
      { time: "09:00", timezone: "Europe/Berlin" },
      { kind: "schedule", every: "day", at: "09:00", timezone: "Europe/Berlin" },
    ],
    [
      "schedule.weekly",
      { days_of_week: ["Mon", "friday"], hour: 8 },
      { kind: "schedule", every: "week", on: ["monday", "friday"], at: "08:00" },
    ],
    ["scheduled", { cron: "*/15 * * * *" }, { kind: "schedule", cron: "*/15 * * * *" }],
    ["scheduled", { interval: 15, unit: "minutes" }, { kind: "schedule", every: "15m" }],
    [
      "date.approaching",
      { attribute: "close_date", days_before: 7 },
      { kind: "date", field: "closeDate", offset: "-7d" },
    ],
    [
      "date.passed",
      { field: "renewalDate", days: 2, time: "10:00" },
      { kind: "date", field: "renewalDate", offset: "2d", time: "10:00" },
    ],
    ["manual", {}, { kind: "manual" }],
  ];
  for (const [type, config, wanted] of triggers) {
    it(`starts on ${type} ${JSON.stringify(config)}`, () => {
      const found = imported({ ...base, trigger_type: type, trigger_config: config, actions: [mail] });
      const { key, ...trigger } = found.document.triggers[0] ?? { key: "" };
      expect(key).to.match(/^[a-z][a-z0-9_]*$/);
      expect([trigger, found.unmapped]).to.deep.equal([wanted, []]);
    });
  }

  it("takes the object from the fields when its id means nothing here, and says so", () => {
    const found = imported({ ...base, object_id: "6f1e", actions: [mail] });
    expect(found.document.object).to.equal("deal");
    expect(places(found)).to.deep.equal(["object_id"]);
  });

  const operators: [string, unknown, JsonObject][] = [
    ["eq", "x", { operator: "equal", value: "x" }],
    ["equals", "", { operator: "isEmpty" }],
    ["gte", 5, { operator: "greaterThanInclusive", value: 5 }],
    [">", 5, { operator: "greaterThan", value: 5 }],
    ["contains", "x", { operator: "contains", value: "x" }],
    ["in", "a, b", { operator: "in", value: ["a", "b"] }],
    ["is_empty", null, { operator: "isEmpty" }],
    ["is_not_empty", undefined, { operator: "isNotEmpty" }],
    ["between", { min: 1, max: 2 }, { operator: "between", value: [1, 2] }],
    ["within_last_days", 7, { operator: "withinLast", value: "7d" }],
    ["changed_to", "x", { operator: "changedTo", value: "x" }],
    ["gt", "{{record.amount}}", { operator: "greaterThan", value: { fact: "record", path: "amount" } }],
  ];
  for (const [operator, value, wanted] of operators) {
    it(`asks ${operator} ${JSON.stringify(value)}`, () => {
      const found = imported({ ...base, conditions: [{ attribute: "description", operator, value }], actions: [mail] });
      expect(found.document.conditions).to.deep.equal({ all: [{ fact: "record", path: "description", ...wanted }] });
      expect(found.unmapped).to.deep.equal([]);
    });
  }

  it("reads groups of conditions, and fields of related records", () => {
    const found = imported({
      ...base,
      conditions: [
        {
          conjunction: "or",
          conditions: [
            { field: "company.industry", operator: "eq", value: "IT" },
            { field: "amount", operator: "not_equals", value: 3 },
          ],
        },
        { attribute: "tags", operator: "sounds_like", value: 1 },
      ],
      actions: [mail],
    });
    expect(found.document.conditions?.["all"]).to.deep.equal([
      {
        any: [
          { fact: "record", path: "company.industry", operator: "equal", value: "IT" },
          { not: { fact: "record", path: "amount", operator: "equal", value: 3 } },
        ],
      },
      { fact: "record", path: "tags", operator: "sounds_like", value: 1 },
    ]);
    expect(places(found)).to.deep.equal(["conditions[1].attribute"]);
  });

  it("carries over people, tasks, lists, calls and waits", () => {
    const found = imported({
      ...base,
      actions: [
        { type: "create_task", config: { title: "Call {name}", due_in_days: 3, assigned_to: "owner" } },
        { type: "notify_user", config: { user_email: "ada@example.com", message: "Look at {{record.name}}" } },
        { type: "send_slack", config: { user_email_field: "contact", message: "Hi", channel: "#sales" } },
        { type: "add_to_list", config: { list_name: "Hot" } },
        { type: "webhook_call", config: { url: "https://example.com/in", body: '{"id": "{{record.id}}"}' } },
        { type: "wait", config: { duration_value: 2, duration_unit: "hours" } },
        { type: "assign_owner", config: { role: "editor", strategy: "round_robin" } },
      ],
    });
    expect(found.document.steps.map(({ kind, config }) => [kind, config])).to.deep.equal([
      ["task.create", { title: "Call {{ record.name }}", assignee: "owner", dueIn: "3d" }],
      ["notify", { to: { users: "ada@example.com" }, title: "Look at {{ record.name }}" }],
      ["slack.send", { channel: "#sales", text: "Hi" }],
      ["list.add", { list: "Hot" }],
      ["http.request", { method: "POST", url: "https://example.com/in", body: { id: "{{ record.id }}" } }],
      ["wait", { for: "2h" }],
      ["owner.assign", { to: { roundRobin: { role: "editor" } } }],
    ]);
    expect(found.unmapped).to.deep.equal([]);
  });

  it("keeps agents and sequences as steps that fail, and lists who would have been told", () => {
    const found = imported({
      ...base,
      agents: [{ trigger_point: "ON_START", agent_id: "sales", wait_for_completion: true }],
      actions: [{ type: "enroll_in_sequence", config: { sequence_id: "s1" } }, mail],
      notify_on_failure: true,
      failure_notification_emails: ["ops@example.com"],
    });
    expect(found.document.steps.map(({ kind }) => kind)).to.deep.equal(["unmapped", "unmapped", "email.send"]);
    expect(places(found)).to.have.members(["agents[0]", "actions[0]", "notify_on_failure"]);
  });

  it("leaves braces that are no field alone, and keeps a text it cannot tell as a step that fails", () => {
    const body = (text: string) =>
      imported({ ...base, actions: [{ type: "send_slack", config: { channel: "#a", message: text } }] });
    expect(body('{ "a": 1 } {}').document.steps[0]?.config["text"]).to.equal('{ "a": 1 } {}');
    expect(body("Hi {nobody}").document.steps[0]?.kind).to.equal("unmapped");
  });
});
