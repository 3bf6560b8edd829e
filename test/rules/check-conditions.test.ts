import { expect } from "chai";
import { checkConditions } from "../../src/rules/index.js";
import { types } from "./world.js";

const known = {
  path: "conditions",
  fields: (path: string) => types("record", path),
  fieldNames: ["name", "amount", "stage", "closeDate", "company.industry"],
  inputs: ["dealId"],
  steps: ["make_task"],
  vars: ["followUpDays"],
};
const check = (leaf: object) =>
  checkConditions({ all: [{ fact: "record", path: "amount", operator: "equal", value: 1, ...leaf }] }, known);

describe("checkConditions", () => {
  it("finds nothing wrong with a good tree, an empty one, or none", () => {
    expect(check({})).to.deep.equal([]);
    for (const nothing of [undefined, null, {}, { all: [] }]) expect(checkConditions(nothing, known)).to.deep.equal([]);
  });

  it("names the place and the nearest operator, fact, field, step", () => {
    expect(check({ operator: "greatrThan" })).to.deep.equal([
      { path: "conditions.all[0].operator", message: 'There is no operator "greatrThan". Did you mean "greaterThan"?' },
    ]);
    expect(check({ fact: "recrod" })[0]).to.deep.equal({
      path: "conditions.all[0].fact",
      message: 'There is no fact "recrod". Did you mean "record"?',
    });
    expect(check({ path: "amuont" })[0]?.message).to.equal('There is no field "amuont". Did you mean "amount"?');
    expect(check({ path: "company.industri", operator: "isEmpty", value: null })[0]?.message).to.include(
      "company.industry",
    );
    expect(check({ fact: "steps", path: "make_tsk.output.id" })[0]?.message).to.include('"make_task.output.id"');
    expect(check({ fact: "vars", path: "other" })[0]?.path).to.equal("conditions.all[0].path");
  });

  it("checks the other side too", () => {
    expect(check({ value: { fact: "record", path: "amuont" } })[0]?.path).to.equal("conditions.all[0].value.path");
    expect(check({ value: { fact: "inputs", path: "dealId" } })).to.deep.equal([]);
  });

  it("refuses an operator that does not fit the field", () => {
    expect(check({ operator: "startsWith", value: "x" })[0]?.message).to.include(
      '"startsWith" does not work on a money field',
    );
    expect(check({ path: "name", operator: "withinLast", value: "7d" })[0]?.path).to.equal(
      "conditions.all[0].operator",
    );
  });

  const wrong: [object, string][] = [
    [{ value: "many" }, "must be a number"],
    [{ value: undefined }, "Give a value"],
    [{ value: null }, "isEmpty"],
    [{ operator: "between", value: [1] }, "lower and the upper"],
    [{ operator: "in", value: 1 }, "must be a list"],
    [{ operator: "in", value: [] }, "empty"],
    [{ operator: "isEmpty", value: 3 }, "takes no value"],
    [{ path: "won", value: "perhaps" }, "true or false"],
    [{ path: "closeDate", value: "soon" }, "must be a date"],
    [{ path: "closeDate", operator: "withinLast", value: "soon" }, "duration"],
    [{ path: "name", operator: "matches", value: "(" }, "missing closing"],
    [{ path: "name", operator: "matches", value: "(?=x)" }, "not a pattern that can be matched"],
    [{ path: "name", operator: "matches", value: "x".repeat(600) }, "at most 500"],
    [{ path: "name", value: { a: 1 } }, "must be text"],
  ];
  for (const [leaf, message] of wrong) {
    it(`refuses the value of ${JSON.stringify(leaf).slice(0, 60)}`, () => {
      expect(
        check(leaf)
          .map((one) => one.message)
          .join(),
      ).to.include(message);
    });
  }

  it("leaves templates to be checked as templates", () => {
    expect(check({ value: "{{ inputs.dealId }}" })).to.deep.equal([]);
    expect(check({ operator: "in", value: ["{{ inputs.dealId }}"] })).to.deep.equal([]);
  });

  it("refuses JSONPath, unknown members, mixed groups and things that are no conditions", () => {
    expect(check({ path: "$..amount" })[0]?.message).to.include("joined by dots");
    expect(check({ valeu: 1 })[0]?.message).to.include('Did you mean "value"?');
    expect(checkConditions({ all: [], any: [] }, known)[0]?.path).to.equal("conditions.any");
    expect(checkConditions({ all: [null, { not: [] }, { any: {} }] }, known).map((one) => one.path)).to.deep.equal([
      "conditions.all[0]",
      "conditions.all[1].not",
      "conditions.all[2].any",
    ]);
  });

  it("refuses trees that are too deep or too large", () => {
    const leaf = { fact: "record", path: "amount", operator: "equal", value: 1 };
    const deep = Array.from({ length: 11 }).reduce<unknown>((inner) => ({ all: [inner] }), leaf);
    expect(checkConditions(deep, known)[0]?.message).to.include("at most 10 levels");
    expect(checkConditions({ all: Array.from({ length: 201 }, () => leaf) }, known)[0]?.message).to.include(
      "these have 201",
    );
  });

  it("allows no record in the global context", () => {
    const tree = { all: [{ fact: "record", path: "amount", operator: "equal", value: 1 }] };
    expect(checkConditions(tree, { path: "conditions", record: false })[0]?.message).to.include("global context");
  });

  it("asks about changes of the record only", () => {
    expect(check({ operator: "increased", value: undefined })).to.deep.equal([]);
    expect(check({ fact: "inputs", path: "dealId", operator: "changed", value: undefined })[0]?.path).to.equal(
      "conditions.all[0].fact",
    );
  });
});
