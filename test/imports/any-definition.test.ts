import { expect } from "chai";
import fc from "fast-check";
import { checkShape } from "../../src/automations/index.js";
import { importDefinition } from "../../src/imports/import-definition.js";
import { Problem } from "../../src/shared/errors.js";
import { imported, known } from "./known.js";

const text = fc.constantFrom(
  ..."a b end loop_continue {{input.x}} {{steps.a.output.name}} {{loop.item}} {{#a}}{{/a}} {{ constructor __proto__ status customer_get email_send > 1 && x".split(
    " ",
  ),
  "{{a}} > 1 && b contains 'x'",
  "",
);
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.constantFrom(null, true, false),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        text,
        fc.constantFrom(
          "type",
          "to",
          "items",
          "expression",
          "parameters",
          "conditions",
          "field",
          "operator",
          "value",
          "customerId",
        ),
      ),
      tie("any"),
      { maxKeys: 4 },
    ),
  ),
})).any;

const type = fc.constantFrom(
  "trigger",
  "action",
  "llm",
  "condition",
  "loop",
  "wait",
  "branch",
  "join",
  "agent",
  "end",
  "parallel",
  "constructor",
  "",
);
const step = fc.record(
  {
    stepSlug: text,
    stepType: type,
    config: value,
    nextSteps: fc.oneof(value, fc.dictionary(fc.constantFrom("success", "error", "true", "next", "done"), text)),
  },
  { requiredKeys: [] },
);
const stepList = fc.record(
  { name: text, steps: fc.array(fc.oneof(step, value), { maxLength: 6 }), config: value },
  { requiredKeys: ["steps"] },
);
const graphNode = fc.record({ id: text, type, data: value, position: value }, { requiredKeys: [] });
const graphEdge = fc.record({ source: text, target: text, sourceHandle: text }, { requiredKeys: [] });
const flat = fc.record(
  {
    name: text,
    trigger_type: fc.oneof(
      text,
      fc.constantFrom("record_created", "field.changed", "schedule.daily", "date.approaching"),
    ),
    trigger_config: value,
    conditions: value,
    actions: fc.oneof(value, fc.array(value, { maxLength: 4 })),
    nodes: fc.array(graphNode, { maxLength: 6 }),
    edges: fc.array(graphEdge, { maxLength: 8 }),
    error_handling: value,
    retry_config: value,
    object_id: text,
  },
  { requiredKeys: ["trigger_type"] },
);

describe("importing", () => {
  it("gives a document of the right shape, or says what is wrong, whatever comes in", () => {
    fc.assert(
      fc.property(fc.oneof(stepList, flat, value), (input) => {
        try {
          const { document, form, unmapped } = importDefinition(input, known);
          if (JSON.stringify(input)?.includes('"document"')) return;
          expect(form).to.be.oneOf(["list", "graph"]);
          const steps = new Set(document.steps.map(({ key }) => key));
          expect(steps.size, "keys are unique").to.equal(document.steps.length);
          for (const { next } of document.steps)
            for (const to of Object.values(next ?? {})) expect(steps.has(to) || to === "end", to).to.equal(true);
          for (const one of document.steps) expect(known.actions.has(one.kind), one.kind).to.equal(true);
          for (const { path, reason } of unmapped)
            expect([typeof path, reason.length > 0]).to.deep.equal(["string", true]);
          const faults = checkShape(JSON.parse(JSON.stringify(document)), "").filter(({ path }) =>
            /^\.(?:steps|layout|onError|limits)/.test(path),
          );
          expect(faults).to.deep.equal([]);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          expect(error.status).to.equal(422);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it("loses no step: each is there, made or kept as it was", () => {
    const kinds = fc.constantFrom("customer_get", "email_send", "rocket.launch", "set_variables", "customer_update");
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, value), { minLength: 1, maxLength: 8 }), (given) => {
        const steps = given.map(([type, parameters], at) => ({
          stepSlug: `step_${at}`,
          stepType: "action",
          config: { type, parameters },
          nextSteps: { success: given[at + 1] ? `step_${at + 1}` : "end" },
        }));
        const found = imported({ name: "All", steps });
        for (const { stepSlug } of steps) {
          const made = found.step(stepSlug);
          if (made.kind === "unmapped")
            expect(made.config["original"]).to.deep.equal(steps.find((one) => one.stepSlug === stepSlug));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("refuses what is no definition, naming the forms there are", () => {
    for (const input of [null, 1, "x", [], {}, { name: "x" }, { steps: "x" }, { millrace: 1 }])
      expect(() => importDefinition(input, known), JSON.stringify(input)).to.throw(Problem);
    expect(() => importDefinition({}, known)).to.throw(/stepSlug and nextSteps/);
  });

  it("refuses what is too much, before anything is made of it", () => {
    const steps = Array.from({ length: 501 }, () => ({ stepSlug: "a" }));
    expect(() => importDefinition({ steps }, known)).to.throw(/at most 500 steps/);
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
    expect(() => importDefinition({ name: "Deep", steps: [{ stepSlug: "a", config: deep }] }, known)).to.throw(
      /levels deep/,
    );
  });

  it("leaves what it is given as it was", () => {
    const given = {
      name: "Same",
      steps: [
        { stepSlug: "s", stepType: "start", config: { inputSchema: { properties: { a: {} } } } },
        { stepSlug: "t", stepType: "start", config: { inputSchema: { properties: { b: {} } } } },
      ],
    };
    const before = structuredClone(given);
    imported(given);
    expect(given).to.deep.equal(before);
  });

  it("opens what others put around a definition", () => {
    const definition = { name: "Inside", steps: [{ stepSlug: "a", stepType: "action", config: { type: "rocket" } }] };
    const found = imported({ workflow: definition });
    expect([found.name, found.unmapped[0]?.path]).to.deep.equal(["Inside", "workflow.steps[0]"]);
  });
});
