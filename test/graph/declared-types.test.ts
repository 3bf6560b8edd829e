import { expect } from "chai";
import { declaredTypes } from "../../src/graph/index.js";
import { evaluate } from "../../src/rules/index.js";

const types = declaredTypes({
  inputs: {
    type: "object",
    properties: {
      age: { type: "integer" },
      day: { type: ["string", "null"], format: "date" },
      seen: { type: "string", format: "date-time" },
      either: { type: ["string", "number"] },
    },
  },
  variables: { tries: 0, name: "Ann" },
});

describe("what a document declares", () => {
  it("tells the types of inputs by their schema and of variables by what they begin with", () => {
    const found = ["age", "day", "seen", "either", "constructor", "age.x"].map((path) => types("inputs", path));
    expect(found).to.deep.equal(["number", "date", "datetime", undefined, undefined, undefined]);
    expect([types("vars", "tries"), types("vars", "name"), types("steps", "a")]).to.deep.equal([
      "number",
      undefined,
      undefined,
    ]);
  });

  it("makes values that came as text compare as what they are", async () => {
    const facts = { inputs: { age: "10", day: "2026-03-02" }, vars: { tries: "3" } };
    const holds = async (fact: string, path: string, operator: string, value: unknown) =>
      (await evaluate({ fact, path, operator, value }, facts, { types, timezone: "Europe/Berlin" })).result;
    expect(await holds("inputs", "age", "greaterThan", 9)).to.equal(true);
    expect(await holds("inputs", "day", "equal", "2026-03-01T23:00:00Z")).to.equal(true);
    expect(await holds("vars", "tries", "equal", 3)).to.equal(true);
  });
});
