import { builtinActions } from "../../../src/actions/index.js";
import { createObjectTable, type ObjectType } from "../../../src/crm/index.js";
import type { Document } from "../../../src/graph/index.js";
import type { EditorKnown } from "../../../src/web/editor/editor-known.js";

const stages = ["lead", "qualified", "proposal", "negotiation", "won", "lost"].map((value) => ({
  value,
  label: value,
}));

/** What the editor knows in these tests: the bundled CRM with its stages, two people, a list and a secret. */
export const known: EditorKnown = {
  actions: builtinActions(),
  objects: [...createObjectTable().bundled.values()].map(withStages),
  users: [
    { id: "u1", name: "Ada Admin", email: "ada@demo.test" },
    { id: "u2", name: "Ed Editor", email: "ed@demo.test" },
  ],
  lists: ["Newsletter"],
  secrets: ["erp_key"],
  automations: [{ id: "a1", name: "Welcome" }],
  form: "list",
  zone: "Europe/Berlin",
};

function withStages(object: ObjectType): ObjectType {
  const fields = object.fields.map((field) => (field.name === "stage" ? { ...field, options: stages } : field));
  return { ...object, fields };
}

/** A document with something of everything a list can hold. */
export const everything: Document = {
  object: "deal",
  triggers: [
    { key: "won", kind: "record.updated", fields: ["stage"], from: { any: true }, to: ["won", null] },
    {
      key: "moved",
      kind: "stage.changed",
      to: "won",
      when: { not: { fact: "record", path: "amount", operator: "isEmpty", value: null } },
    },
    { key: "weekly", kind: "schedule", every: "2w", on: ["monday"], at: ["09:00", "15:00"], timezone: "Europe/Berlin" },
    {
      key: "renewal",
      kind: "date",
      field: "renewalDate",
      offset: "-60d",
      time: "09:00",
      shift: "previous business day",
    },
    {
      key: "manual",
      kind: "manual",
      availability: ["record", "bulk"],
      label: "Welcome",
      inputs: { why: "{{ record.name }}" },
    },
  ],
  conditions: {
    all: [
      { id: "big", fact: "record", path: "amount", operator: "greaterThan", value: 10_000 },
      {
        any: [
          { fact: "record", path: "company.industry", operator: "equal", value: "Software" },
          { fact: "old", path: "stage", operator: "in", value: ["lead", "lost"] },
        ],
      },
      {
        not: {
          any: [{ fact: "record", path: "owner", operator: "equal", value: { fact: "record", path: "company.owner" } }],
        },
      },
      { fact: "record", path: "closeDate", operator: "between", value: ["2026-01-01", "2026-12-31"] },
      { fact: "record", path: "name", operator: "equal", value: "007" },
    ],
  },
  inputs: {
    type: "object",
    properties: {
      why: { type: "string", title: "Why did we lose it?", minLength: 3 },
      size: { enum: ["S", "M"] },
      tree: { type: "object" },
    },
    required: ["why"],
  },
  variables: { followUpDays: 3, text: "3", list: ["a", 1], long: "two\nlines", empty: "", none: null, yes: true },
  steps: [
    {
      key: "onboard",
      kind: "record.update",
      name: "Mark as onboarding",
      config: { values: { status: "onboarding", amount: 5, description: "a\nb" } },
      onError: {
        policy: "retry",
        attempts: 3,
        delay: "30s",
        factor: 2,
        maxDelay: "1h",
        then: "continue",
        jitter: false,
      },
      timeout: "30s",
      note: "shown beside\nthe step",
    },
    {
      key: "thank",
      kind: "email.send",
      config: {
        to: ["a@b.test", "{{ record.contact.email }}"],
        subject: "Hello",
        body: "\nHi {{ record.name }}\n\nBye\n",
        attachments: [{ filename: "a.csv", content: "x" }],
      },
    },
    {
      key: "call",
      kind: "http.request",
      config: {
        method: "POST",
        url: "https://example.com",
        body: { deal: "{{ record.id }}", deep: [1, { a: null }] },
        headers: { "X-Count": "5" },
        auth: { secret: "erp_key" },
        acceptStatus: [200, 404],
      },
      next: {},
    },
    {
      key: "gate",
      kind: "condition",
      config: { when: { any: [{ fact: "steps", path: "call.output.status", operator: "equal", value: 200 }] } },
    },
    { key: "rest", kind: "wait", config: { weekday: ["monday", "friday"], time: "09:00" } },
    { key: "task", kind: "task.create", config: { title: "Call", assignee: "owner", dueIn: "3d" }, disabled: true },
    {
      key: "remember",
      kind: "set_variables",
      config: { values: { total: "{{ record.amount }}", factor: 1.19, label: "1.190" } },
    },
    { key: "tell", kind: "notify", config: { to: { users: ["u1"], role: "admin", owner: true }, title: "Won" } },
    { key: "assign", kind: "owner.assign", config: { to: { roundRobin: { role: "editor" } } } },
    {
      key: "find",
      kind: "record.find",
      config: {
        object: "contact",
        when: { all: [{ fact: "record", path: "email", operator: "isNotEmpty", value: null }] },
        sort: "-createdAt",
        limit: 5,
      },
    },
    { key: "strange", kind: "no.such.kind", config: { anything: [1, 2] } },
    { key: "typo", kind: "note.create", config: { body: "x", boddy: { y: 1 } } },
  ],
  outputs: { taskId: "{{ steps.task.output.id }}" },
  onError: { policy: "stop" },
  limits: { runsPerMonth: 1000 },
  enrollment: {
    reenter: { per: "week" },
    concurrency: "replace",
    exitWhen: { fact: "record", path: "stage", operator: "equal", value: "lost" },
  },
  secrets: ["erp_key", "other"],
  timezone: "Europe/Berlin",
  timeout: "2d",
  layout: { onboard: { x: 0, y: 120 } },
};

const big = { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 10_000 }] };

/** A workflow with every kind of step that only a workflow can hold. */
export const branched: Document = {
  object: "deal",
  triggers: [],
  steps: [
    { key: "gate", kind: "condition", config: { when: big }, next: { true: "size", false: "end" } },
    {
      key: "size",
      kind: "switch",
      config: {
        cases: [
          { key: "large", label: "Large", when: big },
          {
            key: "odd",
            when: { any: [{ not: { any: [big] } }, { fact: "vars", path: "x", operator: "equal", value: 1 }] },
          },
        ],
      },
      next: { large: "both", odd: "test", default: "join", error: "end" },
    },
    {
      key: "both",
      kind: "parallel",
      config: { branches: [{ key: "a", label: "First" }, { key: "b" }] },
      next: { a: "each", b: "reply" },
    },
    {
      key: "test",
      kind: "split",
      config: {
        branches: [
          { key: "a", weight: 1 },
          { key: "b", weight: 2.5 },
        ],
      },
      next: { a: "join", b: "join" },
    },
    {
      key: "each",
      kind: "loop",
      config: { items: "{{ steps.find.output.records }}", itemVariable: "row", maxItems: 20, onItemError: "continue" },
      next: { next: "rest", done: "join" },
    },
    { key: "rest", kind: "wait", config: { weekday: "monday", time: "09:00" }, next: { success: "each" } },
    {
      key: "reply",
      kind: "wait_for_event",
      config: { event: "reply", where: big, lookback: "1h", timeout: "3d" },
      next: { received: "ask", timeout: "join" },
    },
    {
      key: "ask",
      kind: "approval",
      config: {
        assignees: { users: ["ada@demo.test"], owner: true },
        mode: "percent",
        percent: 50,
        message: "Fine?\n",
        escalateTo: { role: "admin" },
      },
      next: { approved: "fill", rejected: "join", timeout: "join" },
    },
    {
      key: "fill",
      kind: "human_task",
      config: {
        assignee: "ada@demo.test",
        title: "Fill in",
        form: { type: "object", properties: { a: { type: "string" } } },
      },
      next: { done: "goal" },
    },
    { key: "goal", kind: "goal", config: { when: big, timeout: "30d", fresh: true }, next: { met: "join" } },
    {
      key: "join",
      kind: "join",
      config: { mode: "count", count: 2, timeout: "5d" },
      next: { success: "end" },
      onError: { policy: "continue" },
    },
  ],
};
