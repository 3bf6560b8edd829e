import fc from "fast-check";

const slug = fc.constantFrom(..."abcdef");
const target = fc.constantFrom(..."abcdef", "end", "noop", "ghost", "loop_continue");
const text = fc.constantFrom(
  ...[
    "{{input.x}}",
    "{{steps.a.output.name}}",
    "{{steps.b.output.customers}}",
    "{{steps.c.output}}",
    "{{steps.d.error}}",
  ],
  ...[
    "{{loop.item.name}}",
    "{{loop.item.orders}}",
    "{{customer.email}}",
    "{{kept}}",
    "{{secrets.key}}",
    "{{nobody.x}}",
  ],
  ...[
    "{{#steps.b.output.customers}}{{name}}{{/steps.b.output.customers}}",
    "{% plain",
    "plain",
    "{{steps.e.output.lastMessage}}",
  ],
);
const some = { requiredKeys: [] as [] };

const parameters = fc.oneof(
  fc.record({ customerId: text, name: text }),
  fc.record({ to: text, subject: text, body: text }),
  fc.record({ status: text, limit: fc.integer({ min: -5, max: 5_000 }) }),
  fc.record({ kept: text, b: text }),
  fc.record({ url: text, body: fc.record({ x: text }) }),
  fc.record({ conversationId: text, message: text }),
);
const type = fc.constantFrom(
  ...[
    "customer_get",
    "customer_search",
    "customer_update",
    "customer_orders",
    "email_send",
    "set_variables",
    "http.post",
  ],
  ...["conversation_get", "create_task", "wait", "rocket", "conversation_create_draft", "slack_send"],
);
const compared = fc.tuple(
  text,
  fc.constantFrom("==", ">", "contains", "!="),
  fc.constantFrom("1", "'x'", "null", "{{input.y}}"),
);

const action = fc.record({
  stepSlug: slug,
  stepType: fc.constant("action"),
  config: fc.record({ type, parameters }),
  nextSteps: fc.record({ success: target, error: target }, some),
});
const condition = fc.record({
  stepSlug: slug,
  stepType: fc.constant("condition"),
  config: fc.record({ expression: compared.map((parts) => parts.join(" ")) }),
  nextSteps: fc.record({ true: target, false: target }, some),
});
const loop = fc.record({
  stepSlug: slug,
  stepType: fc.constant("loop"),
  config: fc.record({ items: text, itemVariable: fc.constantFrom("customer", "x") }),
  nextSteps: fc.record({ next: target, done: target, error: target }, some),
});
const llm = fc.record({
  stepSlug: slug,
  stepType: fc.constant("llm"),
  config: fc.record({ systemPrompt: text, userPrompt: text, outputFormat: fc.constantFrom("json", "text") }),
  nextSteps: fc.record({ success: target, error: target }, some),
});
const trigger = fc.record({
  stepSlug: fc.constant("t"),
  stepType: fc.constant("trigger"),
  config: fc.record({
    type: fc.constantFrom("manual", "event"),
    eventType: fc.constantFrom("customer.created", "deal.updated"),
  }),
  nextSteps: fc.record({ success: target }, some),
});

/** Definitions of the step-list form with everything that can go wrong in one: steps that are not there, circles, names of nothing. */
export const stepLists = fc
  .tuple(
    fc.array(trigger, { maxLength: 1 }),
    fc.array(fc.oneof(action, condition, loop, llm), { minLength: 1, maxLength: 7 }),
  )
  .map(([starts, steps]) => ({ name: "Made up", steps: [...starts, ...steps] }));
