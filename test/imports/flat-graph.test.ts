import { expect } from "chai";
import { imported, places } from "./known.js";

const node = (id: string, type: string, data: object, y = 0) => ({ id, type, position: { x: 10, y }, data });
const edge = (source: string, target: string, sourceHandle?: string) => ({
  id: `${source}-${target}`,
  source,
  target,
  ...(sourceHandle ? { sourceHandle } : {}),
});
const trigger = node("start", "trigger", { trigger_type: "record_created" });
const mail = (id: string) =>
  node(
    id,
    "action",
    { action_type: "send_email", email_to: "{{record.contact.email}}", email_subject: "S", email_body: "B" },
    300,
  );
const graph = (nodes: object[], edges: object[], more: object = {}) =>
  imported({
    name: "Drawn",
    trigger_type: "record_created",
    object_id: "deal",
    trigger_config: {},
    conditions: [],
    actions: [],
    error_handling: "stop",
    nodes: [trigger, ...nodes],
    edges,
    ...more,
  });

describe("the graph of the flat form", () => {
  it("keeps nodes where they lie, their labels, ways out and retries", () => {
    const found = graph(
      [
        node(
          "big",
          "condition",
          { label: "Big deal?", conditions: [{ field: "amount", operator: "gte", value: 1000 }], conjunction: "or" },
          100,
        ),
        node("rest", "wait", { wait_type: "duration", duration_value: 3, duration_unit: "days" }, 200),
        mail("tell"),
        node("over", "end", {}),
      ],
      [
        edge("start", "big"),
        edge("big", "rest", "true"),
        edge("big", "over", "false"),
        edge("rest", "tell"),
        edge("tell", "over"),
      ],
      {
        retry_config: { max_retries: 2, delay_seconds: 60, backoff_multiplier: 2 },
        viewport: { x: 0 },
        is_published: true,
        execution_order: ["big"],
      },
    );
    expect(found.unmapped).to.deep.equal([]);
    expect(found.form).to.equal("graph");
    expect(found.document).to.deep.include({
      object: "deal",
      triggers: [{ key: "record_created", kind: "record.created" }],
      onError: { policy: "retry", attempts: 3, delay: "1m", factor: 2 },
      layout: { big: { x: 10, y: 100 }, rest: { x: 10, y: 200 }, tell: { x: 10, y: 300 } },
    });
    expect(found.document.steps.map(({ key, kind, next }) => [key, kind, next])).to.deep.equal([
      ["big", "condition", { true: "rest", false: "end" }],
      ["rest", "wait", { success: "tell" }],
      ["tell", "email.send", { success: "end" }],
    ]);
    expect(found.step("big")).to.deep.include({
      name: "Big deal?",
      config: { when: { any: [{ fact: "record", path: "amount", operator: "greaterThanInclusive", value: 1000 }] } },
    });
  });

  it("makes a switch of a branch, with its cases for handles", () => {
    const branches = [
      { id: "br-1", label: "High", conditions: [{ field: "priority", operator: "eq", value: "high" }] },
      { id: "br-2", label: "Everything else", conditions: [] },
    ];
    const found = graph(
      [node("fork", "branch", { branches }), mail("a"), mail("b")],
      [edge("start", "fork"), edge("fork", "a", "br-1"), edge("fork", "b", "br-2")],
    );
    expect(found.unmapped).to.deep.equal([]);
    expect(found.step("fork")).to.deep.include({
      kind: "switch",
      config: {
        cases: [
          {
            key: "high",
            label: "High",
            when: { all: [{ fact: "record", path: "priority", operator: "equal", value: "high" }] },
          },
        ],
      },
      next: { high: "a", default: "b" },
    });
  });

  it("starts branches where one handle leads to several nodes, and joins them", () => {
    const found = graph(
      [mail("a"), mail("b"), node("both", "join", { join_type: "count", count: 2, timeout_hours: 1 }), mail("c")],
      [
        edge("start", "first"),
        edge("first", "a"),
        edge("first", "b"),
        edge("a", "both"),
        edge("b", "both"),
        edge("both", "c"),
      ].map((one) =>
        one.target === "first" ? edge("start", "f") : one.source === "first" ? { ...one, source: "f" } : one,
      ),
      {
        nodes: [
          trigger,
          node("f", "action", { action_type: "update_record", field_mappings: { status: "seen" } }),
          mail("a"),
          mail("b"),
          node("both", "join", { join_type: "count", count: 2, timeout_hours: 1 }),
          mail("c"),
        ],
      },
    );
    expect(found.unmapped).to.deep.equal([]);
    expect(found.step("f").next).to.deep.equal({ success: "f_parallel" });
    expect(found.step("f_parallel").next).to.deep.equal({ branch_1: "a", branch_2: "b" });
    expect(found.step("both")).to.deep.include({
      kind: "join",
      config: { mode: "count", count: 2, timeout: "1h" },
      next: { success: "c" },
    });
  });

  it("reads what earlier nodes gave on", () => {
    const found = graph(
      [
        node("call", "action", { action_type: "api_request", webhook_url: "https://example.com", http_method: "GET" }),
        node("keep", "action", {
          action_type: "update_record",
          field_mappings: { status: "{{variables.call.data.state}}" },
        }),
      ],
      [edge("start", "call"), edge("call", "keep")],
    );
    expect(found.step("keep").config).to.deep.equal({ values: { status: "{{ steps.call.output.body.state }}" } });
  });

  it("waits for events and dates", () => {
    const found = graph(
      [
        node("reply", "wait", { wait_type: "event", wait_for_event: "record.updated", timeout_hours: 48 }),
        node("date", "wait", { wait_type: "datetime", wait_until: "{{record.close_date}}" }),
      ],
      [edge("start", "reply"), edge("reply", "date"), edge("reply", "date", "timeout")],
    );
    expect(found.unmapped).to.deep.equal([]);
    expect(found.step("reply")).to.deep.include({
      kind: "wait_for_event",
      config: { event: "record.updated", timeout: "48h" },
      next: { received: "date", timeout: "date" },
    });
    expect(found.step("date").config).to.deep.equal({ until: "{{ record.closeDate }}" });
  });

  it("keeps agents, and edges to nowhere, as steps that fail", () => {
    const found = graph([node("ask", "agent", { agent_type: "sales" })], [edge("start", "ask"), edge("ask", "gone")]);
    expect(found.document.steps.map(({ key, kind }) => [key, kind])).to.deep.equal([
      ["ask", "unmapped"],
      ["gone", "unmapped"],
    ]);
    expect(places(found)).to.have.members(["nodes[1]", "edges[1]"]);
  });

  it("keeps what was switched off switched off", () => {
    const found = graph([{ ...mail("a"), disabled: true }, mail("b")], [edge("start", "a"), edge("a", "b")]);
    expect(found.document.steps.map(({ key, disabled }) => [key, disabled])).to.deep.equal([
      ["a", true],
      ["b", undefined],
    ]);
  });

  it("also stands in a member of its own, and says when a list of actions beside it was left", () => {
    const found = imported({
      name: "Inside",
      trigger_type: "manual",
      actions: [{ type: "send_email", config: {} }],
      workflow: { nodes: [trigger, mail("a")], edges: [edge("start", "a")] },
      object: "deal",
    });
    expect(found.document.steps.map(({ key }) => key)).to.deep.equal(["a"]);
    expect(places(found)).to.deep.equal(["actions"]);
  });
});
