import { expect } from "chai";
import { checkInputs } from "../../../src/automations/index.js";

const schema = {
  type: "object",
  properties: {
    size: { enum: ["S", "M"] },
    lines: {
      type: "array",
      items: { type: "object", properties: { count: { type: "integer" } }, required: ["count"] },
    },
  },
  additionalProperties: false,
};

describe("declared inputs", () => {
  it("say where they do not fit as documents write a path, and what would", () => {
    expect(
      checkInputs(schema, { size: "L", lines: [{ count: 1 }, { count: "x" }, {}], extra: 1 }),
    ).to.have.deep.members([
      { path: "inputs", message: 'There is no input "extra".' },
      { path: "inputs.size", message: "It must be one of S, M." },
      { path: "inputs.lines[1].count", message: "It must be a whole number." },
      { path: "inputs.lines[2].count", message: "This input is required." },
    ]);
  });
});
