import { expect } from "chai";
import { builtinActions, checkConfig, portsOf, templatesIn } from "../../src/actions/index.js";

const table = builtinActions();
const errors = (kind: string, config: Record<string, unknown>) =>
  checkConfig(table, kind, config).map(({ path, message }) => `${path}: ${message}`);

describe("checking a step's config before it runs", () => {
  it("finds nothing wrong with the configs of the specification", () => {
    const fine: [string, Record<string, unknown>][] = [
      ["condition", { when: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 1000 }] } }],
      ["set_variables", { values: { days: 3, text: "{{ record.name }}" } }],
      ["calculate", { expression: "record.amount * 2", as: "double" }],
      ["end", { status: "failed", message: "No", outputs: { a: 1 } }],
      ["wait", { for: "{{ vars.days }}d" }],
      ["wait", { until: "{{ record.closeDate }}", ifPast: "skip" }],
      ["wait", { weekday: "monday", time: "09:00" }],
      ["wait", { businessHours: true }],
      ["record.create", { object: "task", values: { title: "x" } }],
      ["record.update", { values: { status: "onboarding" } }],
      ["record.update", { record: { object: "company", id: "{{ record.company }}" }, values: { status: "x" } }],
      ["record.upsert", { object: "contact", match: { email: "a@b.test" }, values: { name: "A" } }],
      ["record.delete", {}],
      ["record.get", { object: "company", id: "{{ record.company }}" }],
      ["record.find", { object: "deal", when: { all: [] }, sort: "-amount", limit: 10 }],
      ["record.link", { relation: "attendee", to: { object: "contact", id: "{{ record.contact }}" } }],
      ["record.unlink", { relation: "attendee", to: "{{ steps.get.output }}" }],
      ["list.add", { list: "VIP" }],
      ["list.remove", { list: "VIP", record: "{{ record.id }}" }],
      ["owner.assign", { to: { roundRobin: { role: "editor" } } }],
      ["owner.assign", { to: { leastBusy: { users: ["{{ vars.a }}"], by: "records" } } }],
      ["task.create", { title: "Call", body: "x", assignee: "owner", dueIn: "3d" }],
      ["note.create", { body: "Hi" }],
      ["notify", { to: { users: ["a"], owner: true }, title: "x", body: "y", link: "/z" }],
      ["email.send", { to: "{{ record.email }}", subject: "Hi", body: "**Hi**", format: "markdown" }],
      ["slack.send", { channel: "#sales", text: "Hi" }],
      [
        "http.request",
        {
          method: "POST",
          url: "https://erp.test",
          auth: { secret: "erp_key", scheme: "bearer" },
          body: { a: "{{ record.id }}" },
        },
      ],
    ];
    for (const [kind, config] of fine) expect(errors(kind, config), kind).to.deep.equal([]);
  });

  const faults: [string, Record<string, unknown>, string][] = [
    ["record.updte", {}, ': There is no step kind "record.updte". Did you mean "record.update"?'],
    ["record.update", { vlues: { a: 1 }, values: { a: 1 } }, 'vlues: There is no such setting. Did you mean "values"?'],
    ["record.update", {}, "values: It is required."],
    ["record.find", { object: "deal", limit: 1001 }, "limit: It must be at most 1000."],
    ["wait", { for: "2d", until: "closeDate" }, 'until: Choose one: it already waits by "for".'],
    ["wait", {}, 'for: Say how long: "for", "until", "weekday", "time" or "businessHours".'],
    ["calculate", { expression: "1 +" }, "expression: The expression ends too soon: expected a number, a name or (."],
    [
      "task.create",
      { title: "x", dueIn: "1d", dueAt: "2026-01-01" },
      'dueAt: Choose one: it is already due by "dueIn".',
    ],
    [
      "note.create",
      { body: "{{ secrets.key }}" },
      'body: Secrets can be used only in steps that reach outside, and "Create note" does not.',
    ],
    [
      "calculate",
      { expression: "secrets.key + 1" },
      'expression: Secrets can be used only in steps that reach outside, and "Calculate" does not.',
    ],
  ];
  for (const [kind, config, error] of faults)
    it(`${kind} ${error}`, () => expect(errors(kind, config)).to.deep.equal([error]));

  it("looks into conditions", () => {
    expect(
      errors("record.find", {
        object: "deal",
        when: { all: [{ fact: "record", path: "a", operator: "greatr", value: 1 }] },
      })[0],
    ).to.match(/^when\.all\[0\]/);
    expect(errors("condition", { when: { most: [] } })[0]).to.match(/^when/);
  });

  it("tells which templates a config holds, those of calculations too", () => {
    const expression = "record.company.employees * {{ vars.rate }}";
    const operands = ["{{ record.company.employees }}", "{{ vars.rate }}"];
    expect(templatesIn(table, "calculate", { expression, as: "x" })).to.deep.equal({ expression: operands, as: "x" });
    expect(templatesIn(table, "calculate", { expression: "1 +" })).to.deep.equal({});
    expect(templatesIn(table, "http.request", { url: "{{ vars.u }}", expect: { type: "{{ no }}" } })).to.deep.equal({
      url: "{{ vars.u }}",
    });
  });

  it("knows the ways out of a step", () => {
    expect(portsOf(table, "condition", {})).to.deep.equal(["true", "false", "error"]);
    expect(portsOf(table, "record.update", {})).to.deep.equal(["success", "error"]);
    expect(portsOf(table, "end", {})).to.deep.equal([]);
    expect(portsOf(table, "nothing", {})).to.deep.equal([]);
  });
});

describe("every step kind", () => {
  for (const [name, action] of table) {
    it(`${name} describes itself and its settings`, () => {
      expect(action.kind).to.equal(name);
      expect(action.title).to.match(/^[A-Z]/);
      expect(action.description).to.match(/\.$/);
      expect(action.config).to.include({ type: "object", additionalProperties: false });
      const settings = Object.entries(action.config["properties"] as Record<string, { title?: string }>);
      expect(settings.filter(([, { title }]) => !title)).to.deep.equal([]);
      expect(action.output).to.include({ type: "object" });
      expect(action.sentence({}))
        .to.be.a("string")
        .and.not.match(/undefined|object Object/);
    });
  }

  it("says which fields it writes, for those that do", () => {
    const writes = (kind: string, config: Record<string, unknown>) => table.get(kind)?.writes?.(config, "deal");
    expect(writes("record.update", { values: { stage: "won", status: "x" } })).to.deep.equal([
      "deal.stage",
      "deal.status",
    ]);
    expect(writes("record.update", { record: { object: "company", id: "c" }, values: { status: "x" } })).to.deep.equal([
      "company.status",
    ]);
    expect(writes("record.create", { object: "task", values: { title: "x" } })).to.deep.equal(["task.title"]);
    expect(writes("record.upsert", { object: "contact", match: { email: "x" }, values: { name: "y" } })).to.deep.equal([
      "contact.email",
      "contact.name",
    ]);
    expect(writes("owner.assign", { to: { user: "x" } })).to.deep.equal(["deal.owner"]);
    expect(writes("task.create", { title: "x" })).to.include("task.title");
  });

  const sentences: [string, Record<string, unknown>, string][] = [
    ["record.update", { values: { stage: "won", status: "{{ vars.s }}" } }, "set stage to won and status to vars.s"],
    ["record.create", { object: "order", values: { total: 3 } }, "create an order with total set to 3"],
    [
      "record.upsert",
      { object: "contact", match: { email: "{{ record.email }}" } },
      "update the contact whose email is record.email, or create it",
    ],
    ["record.delete", {}, "delete the record"],
    [
      "record.link",
      { relation: "attendee", to: { object: "contact", id: "{{ record.contact }}" } },
      "link the record to the contact record.contact as attendee",
    ],
    ["list.add", { list: "VIP" }, "add the record to the list VIP"],
    ["owner.assign", { to: { roundRobin: { role: "editor" } } }, "assign the record to every editor in turn"],
    [
      "task.create",
      { title: "Call", assignee: "owner", dueIn: "3d" },
      'create a task "Call" for the owner, due in 3 days',
    ],
    ["notify", { to: { role: "admin", owner: true }, title: "Won" }, 'notify every admin and the owner: "Won"'],
    [
      "condition",
      { when: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 10 }] } },
      "go on only if its amount is over 10",
    ],
    ["wait", { for: "1h" }, "wait 1 hour"],
    ["set_variables", { values: { days: 3 } }, "set days to 3"],
    ["calculate", { expression: "a * 2", as: "b" }, "calculate b = a * 2"],
    ["end", { status: "cancelled", message: "No stock" }, 'end as cancelled: "No stock"'],
  ];
  for (const [kind, config, words] of sentences)
    it(words, () => expect(table.get(kind)?.sentence(config)).to.equal(words));
});
