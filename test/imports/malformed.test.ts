import { expect } from "chai";
import { importDefinition } from "../../src/imports/import-definition.js";
import { Problem } from "../../src/shared/errors.js";
import { known } from "./known.js";

const step = { stepSlug: "a", stepType: "action", config: { type: "set_variables", parameters: { x: 1 } } };
const flat = { name: "Flat", trigger_type: "record.created", object: "deal" };

/** What is wrong, the place that is named, and a part of what would be right. */
const malformed: [what: string, definition: unknown, path: string, right: string][] = [
  ["nothing", null, "", "stepSlug and nextSteps"],
  ["a list", [step], "", "a list of steps"],
  ["an empty object", {}, "", "trigger_type with actions or nodes"],
  ["steps in a text", { steps: "a, b" }, "steps", "[{ stepSlug, stepType, config, nextSteps }]"],
  ["steps by name", { stepsConfig: { a: step } }, "stepsConfig", "a list of objects"],
  ["a step that is a text", { steps: [step, "end"] }, "steps[1]", "an object"],
  ["a slug that is a number", { steps: [{ ...step, stepSlug: 5 }] }, "steps[0].stepSlug", "send_mail"],
  ["a type that is a list", { steps: [{ stepSlug: "a", step_type: ["llm"] }] }, "steps[0].step_type", "condition"],
  ["a config that is a list", { steps: [{ ...step, config: [] }] }, "steps[0].config", "an object"],
  [
    "a port that leads to a number",
    { steps: [{ ...step, nextSteps: { success: 2 } }] },
    "steps[0].nextSteps",
    "by port",
  ],
  ["a definition's config in a text", { steps: [step], config: "x" }, "config", "an object"],
  ["a name that is a number", { name: 5, steps: [step] }, "name", "a text"],
  ["inside what is around it", { workflow: { steps: [5] } }, "workflow.steps[0]", "an object"],
  ["one action instead of a list", { ...flat, actions: { type: "add_note" } }, "actions", "[{ type, config }]"],
  ["an action that is a text", { ...flat, actions: ["add_note"] }, "actions[0]", "an object"],
  ["a trigger that is a number", { trigger_type: 5, actions: [] }, "trigger_type", "record.created"],
  ["a trigger's config in a text", { ...flat, trigger_config: "won", actions: [] }, "trigger_config", "an object"],
  [
    "conditions that are a number",
    { ...flat, conditions: 5, actions: [] },
    "conditions",
    "[{ attribute, operator, value }]",
  ],
  ["nodes by name", { ...flat, nodes: {} }, "nodes", "[{ id, type, data }]"],
  ["an edge that is a text", { ...flat, nodes: [], edges: ["a-b"] }, "edges[0]", "an object"],
  [
    "an end that is a number",
    { ...flat, workflow: { nodes: [], edges: [{ source: 1, target: "b" }] } },
    "workflow.edges[0].source",
    "the id of a node",
  ],
  ["an own form without a document", { millrace: 1, document: 5 }, "document", "document"],
];

describe("malformed definitions", () => {
  for (const [what, definition, path, right] of malformed)
    it(`refuses ${what} with 422, at its place, saying what would be right`, () => {
      let problem: unknown;
      try {
        importDefinition(definition, known);
      } catch (error) {
        problem = error;
      }
      expect(problem).to.be.instanceOf(Problem).with.property("status", 422);
      const [first] = problem instanceof Problem ? problem.errors : [];
      expect(first?.path).to.equal(path);
      expect(first?.message).to.include(right);
    });

  it("names every place that is wrong at once", () => {
    const wrong = { steps: [{ stepSlug: 1, stepType: 2, config: 3, nextSteps: 4 }, 5] };
    expect(() => importDefinition(wrong, known))
      .to.throw(Problem)
      .with.property("errors")
      .that.has.length(5);
  });

  it("takes one expression for conditions", () => {
    const { document } = importDefinition({ ...flat, conditions: "amount > 5", actions: [] }, known);
    expect(document.conditions).to.deep.equal({
      all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 5 }],
    });
  });
});
