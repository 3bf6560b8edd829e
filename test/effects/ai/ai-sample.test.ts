import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { sampleOf } from "../../../src/effects/ai/ai-sample.js";

const schemas: Record<string, Record<string, unknown>> = {
  "an object": {
    type: "object",
    properties: {
      name: { type: "string", minLength: 3 },
      at: { type: "string", format: "date-time" },
      ok: { type: "boolean" },
    },
    required: ["name", "at"],
    additionalProperties: false,
  },
  "a choice": { enum: ["low", "high"] },
  "numbers with limits": { type: "array", items: { type: "integer", minimum: 3, maximum: 4 }, minItems: 2 },
  "a number above": { type: "number", exclusiveMinimum: 10 },
  "a nullable text": { type: ["null", "string"] },
  references: {
    type: "object",
    properties: { who: { $ref: "#/$defs/person" } },
    required: ["who"],
    $defs: {
      person: { type: "object", properties: { email: { type: "string", format: "email" } }, required: ["email"] },
    },
  },
  alternatives: { anyOf: [{ type: "object", properties: { a: { const: 1 } }, required: ["a"] }, { type: "string" }] },
  "several at once": {
    allOf: [
      { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
      { properties: { b: { type: "integer" } }, required: ["b"] },
    ],
  },
};

describe("a sample of a schema", () => {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  for (const [name, schema] of Object.entries(schemas))
    it(`has the shape of ${name}`, () => {
      expect(ajv.validate(schema, sampleOf(schema)), JSON.stringify(sampleOf(schema))).to.equal(true);
    });

  it("names every member, so that later steps find it", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "object", properties: { c: {} } } },
    };
    expect(sampleOf(schema)).to.have.nested.property("b.c");
  });

  it("ends where a schema goes round in circles", () => {
    const schema = { type: "object", properties: { parent: { $ref: "#" }, self: { $ref: "#/properties/self" } } };
    expect(JSON.stringify(sampleOf(schema)).length).to.be.below(10_000);
  });
});
