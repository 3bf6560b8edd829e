import { expect } from "chai";
import { action, imported } from "./known.js";

const think = (config: object, to = "use") => ({
  stepSlug: "think",
  stepType: "llm",
  config: { systemPrompt: "Think.", outputFormat: "json", ...config },
  nextSteps: { success: to },
});
const schemaOf = (...steps: object[]) => imported({ name: "Thinks", steps }).step("think").config["schema"];

describe("answers in JSON that come without a schema", () => {
  it("have the members that later steps compare and write, with values that suit them", () => {
    const decide = {
      stepSlug: "use",
      stepType: "condition",
      config: { expression: "{{steps.think.output.score}} > 80 && {{steps.think.output.tier}} == 'hot'" },
      nextSteps: { true: "write", false: "end" },
    };
    const written = { customerId: "{{input.id}}", status: "{{steps.think.output.health}}" };
    expect(schemaOf(think({}), decide, action("write", "customer_update", written))).to.deep.equal({
      type: "object",
      properties: { score: { examples: [81] }, tier: { examples: ["hot"] }, health: { examples: ["lead"] } },
    });
  });

  it("have lists where items are gone through, in a loop or in a section", () => {
    const loop = {
      stepSlug: "use",
      stepType: "loop",
      config: { items: "{{steps.think.output.products}}", itemVariable: "product" },
      nextSteps: { next: "mail", done: "end" },
    };
    const body = "{{product.name}} {{#steps.think.output.reasons}}{{text}}{{/steps.think.output.reasons}}";
    const mail = action("mail", "email_send", { to: "{{loop.item.email}}", subject: "S", body }, { success: "use" });
    expect(schemaOf(think({}), loop, mail)).to.deep.equal({
      type: "object",
      properties: {
        products: { items: { properties: { email: {}, name: {} } } },
        reasons: { items: { properties: { text: {} } } },
      },
    });
  });

  it("stay as they are when they have one, are texts, or are read as a whole", () => {
    const keep = (value: string) => action("use", "set_variables", { value });
    const schema = { type: "object", properties: { a: { type: "number" } } };
    expect(schemaOf(think({ outputSchema: schema }), keep("{{steps.think.output.b}}"))).to.deep.equal(schema);
    expect(schemaOf(think({ outputFormat: "text" }), keep("{{steps.think.output}}"))).to.equal(undefined);
    expect(schemaOf(think({}), keep("{{steps.think.output}}"))).to.equal(undefined);
    expect(schemaOf(think({}), keep("{{steps.think.output[0].name}}"))).to.equal(undefined);
  });
});
