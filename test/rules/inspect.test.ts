import { expect } from "chai";
import { equalities, equalityKey, operators, pathsOf } from "../../src/rules/index.js";

const leaf = (path: string, operator: string, value: unknown, fact = "record") => ({ fact, path, operator, value });

describe("pathsOf", () => {
  it("tells every place a tree reads, each once, both sides", () => {
    const tree = { any: [leaf("a", "equal", 1), { not: leaf("a", "equal", { fact: "old", path: "b.c" }) }] };
    expect(pathsOf(tree)).to.deep.equal([
      { fact: "record", path: "a" },
      { fact: "old", path: "b.c" },
    ]);
    expect(pathsOf(undefined)).to.deep.equal([]);
  });
});

describe("equalities", () => {
  it("are the record's equal and in leaves the tree cannot hold without", () => {
    const tree = {
      all: [
        leaf("stage", "equal", "won"),
        { all: [leaf("owner", "in", ["u1", "u2"])] },
        { any: [leaf("country", "equal", "DE")] },
        { any: [leaf("x", "equal", 1), leaf("y", "equal", 2)] },
        { not: leaf("z", "equal", 1) },
        leaf("amount", "greaterThan", 1),
        leaf("stage", "equal", "lead", "old"),
      ],
    };
    expect(equalities(tree)).to.deep.equal([
      { path: "stage", values: ["won"] },
      { path: "owner", values: ["u1", "u2"] },
      { path: "country", values: ["DE"] },
    ]);
  });

  it("are literal values only", () => {
    const tree = {
      all: [
        leaf("a", "equal", "{{ vars.x }}"),
        leaf("b", "equal", { fact: "vars", path: "x" }),
        leaf("c", "in", ["{% if x %}"]),
      ],
    };
    expect(equalities(tree)).to.deep.equal([]);
  });
});

describe("equalityKey", () => {
  it("is one spelling for equal values of a type, and none where that is not safe", () => {
    expect(equalityKey("10.0", "money")).to.equal(equalityKey(10, "money"));
    expect(equalityKey("true", "boolean")).to.equal(equalityKey(1, "boolean"));
    expect(equalityKey(-0, "number")).to.equal(equalityKey("0", "number"));
    expect(equalityKey("won", "select")).to.equal("won");
    expect(equalityKey("2026-03-02", "date")).to.equal(undefined);
    expect(equalityKey(null, "text")).to.equal(undefined);
  });
});

describe("the operator table", () => {
  it("is plain data with words for people", () => {
    expect(JSON.parse(JSON.stringify(operators))).to.deep.equal(operators);
    expect(operators.find((one) => one.name === "greaterThan")).to.deep.equal({
      name: "greaterThan",
      label: "is over",
      types: ["number", "money", "date", "datetime"],
      value: "single",
    });
  });
});
