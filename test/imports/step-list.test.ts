import { expect } from "chai";
import { action, imported, places } from "./known.js";

const trigger = (config: object, next = "first") => ({
  stepSlug: "begin",
  stepType: "trigger",
  config,
  nextSteps: { success: next },
});
const first = action("first", "set_variables", { seen: true }, { success: "finish" });

describe("the step-list form", () => {
  it("keeps name, description and the names of steps, and starts by hand when no trigger says otherwise", () => {
    const { name, description, form, document, unmapped } = imported({
      name: "Look around",
      description: "Reads a person.",
      steps: [
        {
          ...action("Read-It", "customer.get_by_id", { customerId: "{{input.customerId}}" }, { success: "end" }),
          name: "Read the person",
        },
      ],
    });
    expect({ name, description, form, unmapped }).to.deep.equal({
      name: "Look around",
      description: "Reads a person.",
      form: "graph",
      unmapped: [],
    });
    expect(document).to.deep.equal({
      object: null,
      triggers: [{ key: "manual", kind: "manual" }],
      inputs: { type: "object", properties: { customerId: { title: "Customer id", type: "string" } } },
      steps: [
        {
          key: "read_it",
          kind: "record.get",
          name: "Read the person",
          config: { object: "contact", id: "{{ inputs.customerId }}" },
          next: { success: "end" },
        },
      ],
    });
  });

  it("reads both spellings of its members, and what stands in workflowConfig", () => {
    const found = imported({
      workflow_config: {
        name: "Nightly",
        config: { timeout: 120_000, retryPolicy: { maxRetries: 2, backoffMs: 1_000 }, variables: { days: 3 } },
      },
      steps_config: [
        {
          step_slug: "b",
          step_type: "action",
          order: 2,
          config: {
            type: "email",
            parameters: { operation: "send", to: "a@example.com", subject: "S", body: "B {{variables.days}}" },
          },
          next_steps: { success: "noop" },
        },
        {
          step_slug: "a",
          step_type: "start",
          order: 1,
          config: { input_schema: { properties: { limit: { type: "number" } }, required: ["limit"] } },
          next_steps: { success: "b" },
        },
      ],
    });
    expect(found.name).to.equal("Nightly");
    expect(found.document).to.deep.include({
      timeout: "2m",
      onError: { policy: "retry", attempts: 3, delay: "1s" },
      variables: { days: 3 },
      inputs: { type: "object", properties: { limit: { type: "number" } }, required: ["limit"] },
    });
    expect(found.step("b")).to.deep.include({
      kind: "email.send",
      config: { to: "a@example.com", subject: "S", body: "B {{ vars.days }}" },
      next: { success: "end" },
    });
    expect(found.unmapped).to.deep.equal([]);
  });

  it("tells outputs in ours: fields lie in values, found records in records, answers in text or data", () => {
    const found = imported({
      name: "Paths",
      steps: [
        action("who", "customer_get", { customerId: "{{input.id}}" }, { success: "all" }),
        action("all", "customer.orders", { customerId: "{{steps.who.output._id}}" }, { success: "think" }),
        {
          stepSlug: "think",
          stepType: "llm",
          config: {
            systemPrompt: "Sum up.",
            userPrompt: "{{steps.who.output.name}}: {{steps.all.output}}",
            outputFormat: "json",
            tools: ["customer_get", "list_products", "rocket_launch"],
          },
          nextSteps: { success: "keep" },
        },
        action(
          "keep",
          "set_variables",
          {
            first: "{{steps.all.output.orders[0].total}}",
            many: "{{steps.all.output.length}}",
            score: "{{steps.think.output.score}}",
            whole: "{{steps.who.output}}",
          },
          { success: "end" },
        ),
      ],
    });
    expect(found.step("all").config).to.deep.include({
      object: "order",
      when: { all: [{ fact: "record", path: "contact", operator: "equal", value: "{{ steps.who.output.id }}" }] },
    });
    expect(found.step("think").config).to.deep.equal({
      system: "Sum up.",
      prompt: "{{ steps.who.output.values.name }}: {{ steps.all.output.records | json }}",
      format: "json",
      schema: { type: "object", properties: { score: {} } },
      tools: ["contact_get", "product_list"],
    });
    expect(found.step("keep").config["values"]).to.deep.equal({
      first: "{{ steps.all.output.records[0].values.total }}",
      many: "{{ steps.all.output.records.length }}",
      score: "{{ steps.think.output.data.score }}",
      whole: "{{ steps.who.output }}",
    });
    expect(places(found)).to.deep.equal(["steps[2].config.tools[2]"]);
  });

  it("makes loops of loops, with the item under both its names", () => {
    const found = imported({
      name: "Everybody",
      steps: [
        action("find", "customer_search", { status: "lead", limit: 5 }, { success: "people" }),
        {
          stepSlug: "people",
          stepType: "loop",
          config: { items: "{{steps.find.output.customers}}", itemVariable: "customer" },
          nextSteps: { next: "orders", done: "finish" },
        },
        {
          stepSlug: "orders",
          stepType: "loop",
          config: { items: "{{customer.orders}}" },
          nextSteps: { next: "note", done: "people" },
        },
        action(
          "note",
          "note_create",
          { customerId: "{{loop.parent.item._id}}", text: "{{loop.item.number}} {{loop.index}} {{customer.name}}" },
          { success: "loop_continue" },
        ),
      ],
    });
    expect(found.unmapped).to.deep.equal([]);
    expect(found.step("people")).to.deep.include({
      config: { items: "{{ steps.find.output.records }}", itemVariable: "customer" },
      next: { next: "orders_orders", done: "end" },
    });
    expect(found.step("orders_orders")).to.deep.include({ kind: "record.find", next: { success: "orders" } });
    expect(found.step("orders").config).to.deep.equal({ items: "{{ steps.orders_orders.output.records }}" });
    expect(found.step("note")).to.deep.include({
      config: {
        body: "{{ loop.item.values.number }} {{ loop.index }} {{ loop.parent.item.values.name }}",
        record: { object: "contact", id: "{{ loop.parent.item.id }}" },
      },
      next: { success: "orders" },
    });
  });

  it("starts on events of records and on schedules", () => {
    const found = imported({
      name: "On events",
      config: { schedule: { cron: "0 9 * * *", timezone: "America/New_York" } },
      steps: [
        trigger({ type: "event", eventType: "customer.created" }),
        action(
          "first",
          "customer_update",
          { customerId: "{{input.customerId}}", city: "{{input.city}}" },
          { success: "end" },
        ),
      ],
    });
    expect(found.document).to.deep.include({
      object: "contact",
      triggers: [
        {
          key: "customer_created",
          kind: "record.created",
          inputs: { customerId: "{{ record.id }}", city: "{{ record.city }}" },
        },
        { key: "schedule", kind: "schedule", cron: "0 9 * * *", timezone: "America/New_York" },
      ],
    });
    expect(found.unmapped).to.deep.equal([]);
  });

  it("keeps a trigger nothing sets off as a named event, and lists it", () => {
    const found = imported({ name: "Late", steps: [trigger({ type: "event", eventType: "invoice.overdue" }), first] });
    expect(found.document.triggers).to.deep.equal([{ key: "invoice_overdue", kind: "event", name: "invoice.overdue" }]);
    expect(places(found)).to.deep.equal(["steps[0].config"]);
  });

  it("names secrets, asks for their values, and keeps nothing of what was encrypted", () => {
    const found = imported({
      name: "Call",
      config: { secrets: { apiKey: { kind: "inlineEncrypted", cipherText: "c2VjcmV0" } } },
      steps: [
        action(
          "call",
          "http.post",
          {
            url: "https://erp.example.com",
            headers: { Authorization: "Bearer {{secrets.apiKey}}" },
            body: { at: "{{$now}}", org: "{{organizationId}}", of: "{{wfDefinitionId}}" },
          },
          { success: "end" },
        ),
      ],
    });
    expect(found.document.secrets).to.deep.equal(["apiKey"]);
    expect(places(found)).to.deep.equal(["config.secrets.apiKey"]);
    expect(JSON.stringify(found)).not.to.include("c2VjcmV0");
    expect(found.step("call").config).to.deep.equal({
      method: "POST",
      url: "https://erp.example.com",
      headers: { Authorization: "Bearer {{ secrets.apiKey }}" },
      body: { at: "{{ now }}", org: "{{ workspace.id }}", of: "{{ automation.id }}" },
    });
  });

  it("keeps what it cannot tell as a step that fails, connected as it was, and says why", () => {
    const odd = action("odd", "rocket.launch", { to: "{{input.planet}}" }, { success: "first", error: "first" });
    const found = imported({ name: "Odd", steps: [odd, first] });
    expect(found.step("odd")).to.deep.include({ kind: "unmapped", next: { success: "first", error: "first" } });
    expect(found.step("odd").config).to.deep.include({ original: odd });
    expect(found.unmapped).to.deep.equal([
      { path: "steps[0]", reason: 'There is nothing here that does "rocket.launch".' },
    ]);
  });

  it("keeps an expression it cannot read, and one about a field there is not, with both ways out", () => {
    for (const expression of [
      "{{steps.who.output.age}} + 1 > 18 &",
      "{{steps.who.output.loyalty}} > 3",
      "{{steps.who.output.loyalty}} * 2 > 3",
      "{{nobody.name}} == 'x'",
    ]) {
      const found = imported({
        name: "Odd",
        steps: [
          action("who", "customer_get", { customerId: "{{input.id}}" }, { success: "ask" }),
          {
            stepSlug: "ask",
            stepType: "condition",
            config: { expression },
            nextSteps: { true: "first", false: "end" },
          },
          first,
        ],
      });
      expect(found.step("ask"), expression).to.deep.include({
        kind: "unmapped",
        next: { true: "first", false: "end" },
      });
      expect(places(found)).to.deep.equal(["steps[1]"]);
    }
  });

  it("calculates in a step before what a condition, or a value, works out", () => {
    const found = imported({
      name: "Sums",
      steps: [
        action("who", "customer_get", { customerId: "{{input.id}}" }, { success: "ask" }),
        {
          stepSlug: "ask",
          stepType: "condition",
          config: { expression: "({{input.age}} + 1) * 2 > 36 && {{input.vip ? 'yes' : 'no'}} == 'yes'" },
          nextSteps: { true: "first", false: "end" },
        },
        action("first", "set_variables", {
          price: "{{input.net * 1.19}}",
          total: "{{Math.round(input.net * (1 + input.rate)) || 0}}",
          greeting: "Dear {{input.name + '!'}}, {{input.vip ? 'welcome' : 'hello'}}",
        }),
      ],
    });
    expect(found.unmapped).to.deep.equal([]);
    expect(found.step("who").next).to.deep.equal({ success: "ask_value" });
    expect(found.step("ask_value").config).to.deep.equal({ expression: "(inputs.age + 1) * 2" });
    expect(found.step("ask_value_2").config).to.deep.equal({ expression: 'inputs.vip ? "yes" : "no"' });
    expect(found.step("ask").config["when"]).to.deep.equal({
      all: [
        { fact: "steps", path: "ask_value.output.result", operator: "greaterThan", value: 36 },
        { fact: "steps", path: "ask_value_2.output.result", operator: "equal", value: "yes" },
      ],
    });
    expect(found.step("first").config["values"]).to.deep.equal({
      price: "{{ inputs.net | times: 1.19 }}",
      total: "{{ steps.first_value.output.result }}",
      greeting:
        'Dear {{ inputs.name | append: "!" }}, {% if inputs.vip != blank %}{{ "welcome" }}{% else %}{{ "hello" }}{% endif %}',
    });
  });

  it("writes the fields there are, and lets the others fail in a step of their own", () => {
    const found = imported({
      name: "Mark",
      steps: [
        action(
          "mark",
          "customer_update",
          { customerId: "{{input.id}}", city: "Berlin", loyalty: 3, status: "asleep" },
          { success: "first" },
        ),
        first,
      ],
    });
    expect(found.step("mark")).to.deep.include({
      config: { record: { object: "contact", id: "{{ inputs.id }}" }, values: { city: "Berlin" } },
      next: { success: "mark_rest" },
    });
    expect(found.step("mark_rest")).to.deep.include({
      kind: "unmapped",
      next: { success: "first" },
      onError: { policy: "continue" },
    });
    expect(found.step("mark_rest").config["original"]).to.deep.equal({ loyalty: 3, status: "asleep" });
    expect(places(found)).to.deep.equal(["steps[0].config.parameters.loyalty", "steps[0].config.parameters.status"]);
  });

  it("does not search for more than was asked", () => {
    const found = imported({
      name: "Find",
      steps: [action("find", "customer_search", { loyalty: 3 }, { success: "end" })],
    });
    expect(found.step("find").kind).to.equal("unmapped");
  });

  it("reads filters in every form as one rule tree", () => {
    const find = (parameters: object) =>
      imported({ name: "Find", steps: [action("find", "deal.query", parameters)] }).step("find").config;
    const leaf = (operator: string, path: string, value: unknown) => ({ fact: "record", path, operator, value });
    expect(
      find({ expression: "amount > 1000 && amount < {{input.most}}", sortBy: "closeDate", sortOrder: "desc" }),
    ).to.deep.equal({
      object: "deal",
      when: { all: [{ all: [leaf("greaterThan", "amount", 1000), leaf("lessThan", "amount", "{{ inputs.most }}")] }] },
      sort: "-closeDate",
    });
    expect(find({ filters: { amount: { $gte: 10 }, priority: ["low", "high"] } })).to.deep.include({
      when: { all: [{ all: [leaf("greaterThanInclusive", "amount", 10)] }, leaf("in", "priority", ["low", "high"])] },
    });
    expect(find({ filters: [{ field: "name", operator: "starts_with", value: "A" }] })).to.deep.include({
      when: { all: [{ all: [leaf("startsWith", "name", "A")] }] },
    });
    expect(find({ query: "acme" })).to.deep.include({ when: { all: [{ any: [leaf("contains", "name", "acme")] }] } });
  });

  it("knows what leads nowhere, what is never reached, and what is there twice", () => {
    const found = imported({
      name: "Wired wrong",
      steps: [
        action("a", "set_variables", { x: 1 }, { success: "ghost", unknown: "a" }),
        action("a", "set_variables", { x: 2 }),
        action("island", "set_variables", { x: 3 }, { success: "end" }),
      ],
    });
    expect(found.step("ghost").kind).to.equal("unmapped");
    expect(found.step("island").disabled).to.equal(true);
    expect(places(found)).to.have.members([
      "steps[1]",
      "steps[0].nextSteps.unknown",
      "steps[0].nextSteps.success",
      "steps[1]",
      "steps[2]",
    ]);
  });

  it("puts branches side by side where a port leads to several steps", () => {
    const found = imported({
      name: "Both",
      steps: [
        action("a", "set_variables", { x: 1 }, { success: ["b", "c"] }),
        action("b", "set_variables", { y: 1 }),
        action("c", "set_variables", { z: 1 }),
      ],
    });
    expect(found.step("a").next).to.deep.equal({ success: "a_parallel" });
    expect(found.step("a_parallel")).to.deep.include({ kind: "parallel", next: { branch_1: "b", branch_2: "c" } });
  });

  it("reads steps that have no config of their own", () => {
    const found = imported({
      name: "Bare",
      steps: [
        { slug: "get", type: "action", action: "customer_get", parameters: { id: "{{input.id}}" }, next: "ask" },
        { slug: "ask", type: "condition", expression: "{{steps.get.output.city}} == 'Oslo'", next: { true: "send" } },
        { slug: "send", type: "send_email", to: "a@example.com", subject: "S", body: "B" },
      ],
    });
    expect([found.document.steps.map(({ kind }) => kind), found.unmapped]).to.deep.equal([
      ["record.get", "condition", "email.send"],
      [],
    ]);
  });

  it("runs from first to last when no step says what follows", () => {
    const plain = (slug: string) => ({
      stepSlug: slug,
      stepType: "action",
      config: { type: "set_variables", parameters: { [slug]: 1 } },
    });
    const { document } = imported({ name: "Row", steps: [plain("a"), plain("b"), plain("c")] });
    expect(document.steps.map(({ key, next }) => [key, next?.["success"]])).to.deep.equal([
      ["a", "b"],
      ["b", "c"],
      ["c", undefined],
    ]);
  });

  it("lists what stands beside the steps and means nothing here, and what a step has too much", () => {
    const found = imported({
      name: "More",
      version: 3,
      alerting: { pager: true },
      steps: [
        action(
          "mail",
          "email_send",
          { to: "a@example.com", subject: "S", body: "B", from: "b@example.com" },
          { success: "end" },
        ),
      ],
    });
    expect(places(found)).to.deep.equal(["steps[0].config.parameters.from", "alerting"]);
    expect(found.step("mail").note).to.equal("from: b@example.com");
  });
});
