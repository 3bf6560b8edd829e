import { expect } from "chai";
import { createUser, defineField, removeField } from "../../src/crm/index.js";
import type { Step } from "../../src/graph/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import { dialects } from "../support/databases.js";
import { type ServedMillrace, servedMillrace } from "../support/servers.js";

type Next = Record<string, string>;
const set = (key: string, next: Next = {}): Step => ({
  key,
  kind: "set_variables",
  config: { values: { way: `{{ vars.way }}${key} ` } },
  next,
});
const step = (kind: string, config: JsonObject, next: Next = {}, key = "x"): Step => ({ key, kind, config, next });
/** A step, and a mark at the end of each of its ways out. */
const ways = (kind: string, config: JsonObject, ...ports: string[]): Step[] => [
  step(kind, config, Object.fromEntries(ports.map((port) => [port, port]))),
  ...ports.map((port) => set(port)),
];
const amount = (operator: string, value: unknown) => ({ all: [{ fact: "record", path: "amount", operator, value }] });
const isWon = { all: [{ fact: "record", path: "stage", operator: "equal", value: "won" }] };
/** Holds for nobody and cannot even be decided. */
const broken = amount("greaterThan", "{{ record.name | date_add: '3d' }}");
const fork = (...branches: string[]): Step =>
  step(
    "parallel",
    { branches: branches.map((key) => ({ key })) },
    Object.fromEntries(branches.map((key) => [key, key])),
    "fork",
  );
const pause = (key: string, next: Next): Step => step("wait", { for: "1h" }, next, key);
const looped = (config: JsonObject, body: Step, next: Next = {}): Step[] => [
  step("loop", config, { next: "body", done: "done", ...next }),
  { ...body, key: "body", next: { success: "x" } },
  set("done"),
];

/** What is done on the way: to the deal, to the clock, or by a person. */
type Act = (world: ServedMillrace, deal: string, run: string) => unknown;
const later =
  (duration: string): Act =>
  (world) =>
    world.clock.forward(duration);
const change =
  (values: JsonObject): Act =>
  (world, deal) =>
    world.patch(deal, values);
const cancel: Act = (world, _deal, run) => world.api("POST", `/runs/${run}/cancellation`);
const question = async (world: ServedMillrace, run: string) =>
  (await world.api("GET", "/approvals?limit=200")).body.data.find((one: { runId: string }) => one.runId === run).id;
const decision =
  (body: JsonObject): Act =>
  async (world, _deal, run) =>
    world.api("POST", `/approvals/${await question(world, run)}/decision`, body);

/** What is tried, the steps, what happens meanwhile, and the way the run took, or how it ended otherwise. */
type Journey = [what: string, steps: Step[], acts: Act[], outcome: string];

const ask = { assignees: { role: "admin" }, message: "20 % off?", deadline: "2d" };
const form = { type: "object", properties: { size: { type: "number" } }, required: ["size"] };
const task = { assignee: { role: "admin" }, title: "Measure", form, deadline: "2d" };
const hear = { event: "record.updated", timeout: "2d" };
const aim = { when: isWon, timeout: "2d" };

const journeys: Journey[] = [
  ["condition that holds", ways("condition", { when: amount("equal", 5) }, "true", "false"), [], "true"],
  ["condition that does not", ways("condition", { when: amount("equal", 6) }, "true", "false"), [], "false"],
  ["condition that cannot be decided", ways("condition", { when: broken }, "true", "false"), [], "failed template"],
  [
    "switch: the first case that holds",
    ways(
      "switch",
      {
        cases: [
          { key: "six", when: amount("equal", 6) },
          { key: "five", when: amount("equal", 5) },
          { key: "any", when: {} },
        ],
      },
      "six",
      "five",
      "any",
      "default",
    ),
    [],
    "five",
  ],
  [
    "switch: none holds",
    ways("switch", { cases: [{ key: "six", when: amount("equal", 6) }] }, "six", "default"),
    [],
    "default",
  ],
  [
    "split: by weight",
    ways(
      "split",
      {
        branches: [
          { key: "a", weight: 0 },
          { key: "b", weight: 3 },
        ],
      },
      "a",
      "b",
    ),
    [],
    "b",
  ],
  [
    "split: without weight",
    ways(
      "split",
      {
        branches: [
          { key: "a", weight: 0 },
          { key: "b", weight: 0 },
        ],
      },
      "a",
      "b",
    ),
    [],
    "failed no_weight",
  ],
  [
    "join: all",
    [
      fork("a", "b"),
      set("a", { success: "j" }),
      pause("b", { success: "j" }),
      step("join", {}, { success: "met" }, "j"),
      set("met"),
    ],
    [later("1h")],
    "a met",
  ],
  [
    "join: any, and the late branch goes on",
    [
      fork("a", "b"),
      set("a", { success: "j" }),
      pause("b", { success: "late" }),
      set("late", { success: "j" }),
      step("join", { mode: "any" }, { success: "met" }, "j"),
      set("met"),
    ],
    [later("1h")],
    "a met late",
  ],
  [
    "join: two of three",
    [
      fork("a", "b", "c"),
      set("a", { success: "j" }),
      set("b", { success: "j" }),
      pause("c", { success: "j" }),
      step("join", { mode: "count", count: 2 }, { success: "met" }, "j"),
      set("met"),
    ],
    [later("1h")],
    "a b met",
  ],
  [
    "join: out of time",
    [
      fork("a", "b"),
      set("a", { success: "j" }),
      pause("b", { success: "j" }),
      step("join", { timeout: "10m" }, { success: "met", timeout: "timeout" }, "j"),
      set("met"),
      set("timeout"),
    ],
    [later("10m"), later("1h")],
    "a timeout",
  ],
  [
    "join: a branch fails",
    [
      fork("a", "b"),
      set("a", { success: "j" }),
      step("calculate", { expression: "1 / 0" }, { success: "j" }, "b"),
      step("join", {}, { success: "met" }, "j"),
      set("met"),
    ],
    [],
    "failed expression",
  ],
  [
    "join: cancelled",
    [
      fork("a", "b"),
      set("a", { success: "j" }),
      pause("b", { success: "j" }),
      step("join", {}, { success: "met" }, "j"),
      set("met"),
    ],
    [cancel, later("2h")],
    "cancelled cancelled",
  ],
  [
    "loop: each item",
    looped(
      { items: ["a", "b"], itemVariable: "one" },
      step("set_variables", { values: { way: "{{ vars.way }}{{ one }}" } }),
    ),
    [],
    "abdone",
  ],
  ["loop: no item", looped({ items: [] }, set("body")), [], "done"],
  ["loop: no list", looped({ items: "{{ record.amount }}" }, set("body")), [], "failed invalid_config"],
  [
    "loop: no list, and a way for that",
    [...looped({ items: "{{ record.amount }}" }, set("body"), { error: "error" }), set("error")],
    [],
    "error",
  ],
  [
    "loop: an item fails",
    looped({ items: [1, 0] }, step("calculate", { expression: "1 / loop.item" })),
    [],
    "failed expression",
  ],
  [
    "loop: cancelled",
    looped({ items: [1, 2] }, pause("body", {})),
    [later("1h"), cancel, later("1h")],
    "cancelled cancelled",
  ],
  [
    "wait: 400 days and a second",
    [step("wait", { for: "P400DT1S" }, { success: "on" }), set("on")],
    [later("400d"), later("1s")],
    "on",
  ],
  [
    "wait: not a moment less",
    [step("wait", { for: "P400DT1S" }, { success: "on" }), set("on")],
    [later("400d")],
    "waiting",
  ],
  [
    "wait: a weekday and a time",
    [step("wait", { weekday: "thursday", time: "14:30" }, { success: "on" }), set("on")],
    [later("77h"), later("30m")],
    "on",
  ],
  [
    "wait: not before that time",
    [step("wait", { weekday: "thursday", time: "14:30" }, { success: "on" }), set("on")],
    [later("77h"), later("29m")],
    "waiting",
  ],
  ["wait: business hours it is", [step("wait", { businessHours: true }, { success: "on" }), set("on")], [], "on"],
  ["wait: the past, go on", [step("wait", { until: "2020-01-01" }, { success: "on" }), set("on")], [], "on"],
  [
    "wait: the past, skip",
    [step("wait", { until: "2020-01-01", ifPast: "skip" }, { success: "on" }), set("on")],
    [],
    "on",
  ],
  [
    "wait: the past, fail",
    [step("wait", { until: "2020-01-01", ifPast: "fail" }, { success: "on" }), set("on")],
    [],
    "failed past",
  ],
  [
    "wait: the past, and a way for that",
    ways("wait", { until: "2020-01-01", ifPast: "fail" }, "success", "error"),
    [],
    "error",
  ],
  [
    "wait: cancelled",
    [step("wait", { for: "1h" }, { success: "on" }), set("on")],
    [cancel, later("2h")],
    "cancelled cancelled",
  ],
  ["goal: met at entry", ways("goal", { ...aim, when: amount("equal", 5) }, "met", "unmet"), [], "met"],
  [
    "goal: met at entry is not anew",
    ways("goal", { ...aim, when: amount("equal", 5), fresh: true }, "met", "unmet"),
    [change({ stage: "won" })],
    "waiting",
  ],
  [
    "goal: met anew",
    ways("goal", { ...aim, when: amount("equal", 5), fresh: true }, "met", "unmet"),
    [change({ amount: 4 }), change({ amount: 5 })],
    "met",
  ],
  ["goal: met by a later change", ways("goal", aim, "met", "unmet"), [change({ stage: "won" })], "met"],
  ["goal: unmet in time", ways("goal", aim, "met", "unmet"), [later("2d"), change({ stage: "won" })], "unmet"],
  ["goal: cannot be decided", ways("goal", { ...aim, when: broken }, "met", "unmet"), [], "failed template"],
  ["goal: cancelled", ways("goal", aim, "met", "unmet"), [cancel, change({ stage: "won" })], "cancelled cancelled"],
  ["event: heard", ways("wait_for_event", hear, "received", "timeout"), [change({ amount: 6 })], "received"],
  [
    "event: had come since the run began",
    [pause("p", { success: "x" }), ...ways("wait_for_event", hear, "received", "timeout")],
    [change({ amount: 6 }), later("1h")],
    "received",
  ],
  ["event: none in time", ways("wait_for_event", hear, "received", "timeout"), [later("2d")], "timeout"],
  [
    "event: cancelled",
    ways("wait_for_event", hear, "received", "timeout"),
    [cancel, change({ amount: 6 })],
    "cancelled cancelled",
  ],
  [
    "approval: approved",
    ways("approval", ask, "approved", "rejected", "timeout"),
    [decision({ decision: "approved", comment: "Fine" })],
    "approved",
  ],
  [
    "approval: rejected",
    ways("approval", ask, "approved", "rejected", "timeout"),
    [decision({ decision: "rejected" })],
    "rejected",
  ],
  ["approval: nobody decides", ways("approval", ask, "approved", "rejected", "timeout"), [later("2d")], "timeout"],
  [
    "approval: cancelled",
    ways("approval", ask, "approved", "rejected", "timeout"),
    [cancel, later("2d")],
    "cancelled cancelled",
  ],
  [
    "task: done",
    ways("human_task", task, "done", "timeout"),
    [decision({ decision: "done", values: { size: 3 } })],
    "done",
  ],
  [
    "task: not filled in",
    ways("human_task", task, "done", "timeout"),
    [decision({ decision: "done", values: {} })],
    "waiting",
  ],
  ["task: nobody does it", ways("human_task", task, "done", "timeout"), [later("2d")], "timeout"],
  ["variables: set", [step("set_variables", { values: { way: "{{ record.amount }}" } })], [], "5"],
  [
    "variables: from nowhere",
    ways("set_variables", { values: { way: "{{ record.name | date_add: '3d' }}" } }, "success", "error"),
    [],
    "error",
  ],
  ["calculation", [step("calculate", { expression: "record.amount * 2", as: "way" })], [], "10"],
  [
    "calculation: not possible",
    ways("calculate", { expression: "1 / (record.amount - 5)" }, "success", "error"),
    [],
    "error",
  ],
  ["end: completed", [step("end", {})], [], "completed"],
  ["end: failed", [step("end", { status: "failed", message: "No {{ record.name }}" })], [], "failed end"],
  [
    "end: cancelled, and nothing after",
    [fork("a", "b"), step("end", { status: "cancelled" }, {}, "a"), set("b")],
    [],
    "cancelled",
  ],
];

for (const dialect of dialects) {
  describe(`each step that decides where a run goes, over HTTP on ${dialect}`, function () {
    this.timeout(60_000);
    let world: ServedMillrace;
    before(async () => {
      world = await servedMillrace(dialect);
      const { engine, workspaceId } = world;
      await createUser(engine, { workspaceId, email: "ada@demo.test", name: "Ada", role: "admin" });
    });
    after(() => world.stop());

    /** Starts them on a deal, on a Monday at nine. */
    async function start(steps: Step[], values: JsonObject = {}): Promise<{ deal: string; run: string }> {
      world.clock.set("2026-03-02T09:00:00.000Z");
      const document = {
        object: "deal",
        triggers: [],
        variables: { way: "" },
        steps,
        outputs: { way: "{{ vars.way }}" },
      };
      const automation = await world.automation(document as unknown as JsonObject, "A way");
      const deal = await world.deal({ amount: 5, ...values });
      await world.work();
      const started = await world.api("POST", `/automations/${automation}/runs`, { recordId: deal });
      expect(started.status, started.text).to.equal(202);
      await world.work();
      return { deal, run: started.body.id };
    }
    /** The way a completed run took; else its status and reason. */
    async function outcomeOf(run: string): Promise<string> {
      const { status, reason, outputs } = (await world.api("GET", `/runs/${run}`)).body;
      if (status === "completed" && outputs.way !== "") return String(outputs.way).trim();
      return [status, reason?.code].filter(Boolean).join(" ");
    }

    for (const [what, steps, acts, outcome] of journeys) {
      it(`${what}: ${outcome}`, async () => {
        const { deal, run } = await start(steps);
        for (const act of acts) {
          await act(world, deal, run);
          await world.work();
        }
        expect(await outcomeOf(run)).to.equal(outcome);
      });
    }

    it("a switch fails on a field that is gone, instead of taking the default", async () => {
      const { engine, workspaceId } = world;
      await defineField(engine, workspaceId, "deal", { name: "region", label: "Region", type: "text" });
      const when = { all: [{ fact: "record", path: "region", operator: "equal", value: "North" }] };
      const steps = ways("switch", { cases: [{ key: "north", when }] }, "north", "default");
      const { run } = await start([pause("p", { success: "x" }), ...steps]);
      await removeField(engine, workspaceId, "deal", "region");
      world.clock.forward("1h");
      await world.work();
      expect(await outcomeOf(run)).to.equal("failed conditions");
    });

    it("a goal on a related record is met within minutes of that one's change", async () => {
      const company = await world.api("POST", "/objects/company/records", { values: { name: "Northwind" } });
      const when = { all: [{ fact: "record", path: "company.name", operator: "equal", value: "Southwind" }] };
      const { run } = await start(ways("goal", { ...aim, when }, "met", "unmet"), { company: company.body.id });
      await world.api("PATCH", `/objects/company/records/${company.body.id}`, { values: { name: "Southwind" } });
      await world.work();
      world.clock.forward("5m");
      await world.work();
      expect(await outcomeOf(run)).to.equal("met");
    });

    it("outside business hours it waits for the next, in the workspace's zone", async () => {
      const { run } = await start([
        step("wait", { for: "8h" }, { success: "x" }, "p"),
        step("wait", { businessHours: true }),
      ]);
      world.clock.forward("8h");
      await world.work();
      const { wakeAt } = (await world.api("GET", `/runs/${run}`)).body;
      expect(wakeAt).to.equal("2026-03-03T09:00:00.000Z");
    });

    it("of two people who approve and reject at the same moment, the second learns who decided, and when", async () => {
      const { run } = await start(ways("approval", ask, "approved", "rejected", "timeout"));
      const id = await question(world, run);
      const decide = async (verdict: string) =>
        world.api(
          "POST",
          `/approvals/${id}/decision`,
          { decision: verdict },
          {
            Authorization: `Bearer ${await world.keyOf("admin")}`,
          },
        );
      const answers = await Promise.all([decide("approved"), decide("rejected")]);
      await world.work();
      const [won, lost] = answers[0].status === 200 ? answers : answers.toReversed();
      expect([won?.status, lost?.status]).to.deep.equal([200, 409]);
      const { decisions, decision: decided } = won?.body ?? {};
      expect(lost?.body).to.deep.include({ code: "already_decided" });
      expect(lost?.body.detail).to.include(decisions[0].name).and.include(decisions[0].at);
      expect(await outcomeOf(run)).to.equal(decided);
    });
  });
}
