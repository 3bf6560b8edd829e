import { expect } from "chai";
import { evaluate, operators } from "../../src/rules/index.js";
import { ask, changeOf, holds } from "./world.js";

type Case = [path: string, left: unknown, operator: string, right: unknown, result: boolean];

const cases: Case[] = [
  ["amount", "10", "greaterThan", "9", true],
  ["amount", "10", "greaterThan", "9.5", true],
  ["amount", 8000, "greaterThan", 10_000, false],
  ["amount", 10_000, "greaterThanInclusive", "10000", true],
  ["amount", 1, "lessThan", 2, true],
  ["amount", 2, "lessThanInclusive", 2, true],
  ["amount", "12.50", "equal", 12.5, true],
  ["amount", 12, "equal", "twelve", false],
  ["amount", 0, "equal", 0, true],
  ["amount", 5, "between", [5, 9], true],
  ["amount", 10, "between", ["5", "9"], false],
  ["amount", 5, "between", 5, false],
  ["name", "Acme", "equal", "acme", false],
  ["name", "Acme ", "equal", "Acme", false],
  ["name", "10", "equal", "10.0", false],
  ["name", "10", "equal", 10, true],
  ["name", "Acme", "notEqual", "acme", true],
  ["name", "Acme", "notEqual", null, true],
  ["name", "Acme", "equal", null, false],
  ["name", "Acme Ltd", "contains", "Ltd", true],
  ["name", "Acme Ltd", "contains", "ltd", false],
  ["name", "Acme Ltd", "notContains", "ltd", true],
  ["name", "Acme Ltd", "doesNotContain", "Ltd", false],
  ["name", "Acme Ltd", "startsWith", "Acme", true],
  ["name", "Acme Ltd", "endsWith", "Acme", false],
  ["name", "order 4711", "matches", "^order \\d+$", true],
  ["name", "order", "matches", "^order \\d+$", false],
  ["stage", "won", "in", ["won", "lost"], true],
  ["stage", "lead", "in", ["won", "lost"], false],
  ["stage", "lead", "notIn", ["won", "lost"], true],
  ["stage", "lead", "notIn", "won", false],
  ["won", true, "equal", "true", true],
  ["won", 1, "equal", true, true],
  ["won", 0, "equal", false, true],
  ["tags", ["a", "b"], "hasAny", ["b", "c"], true],
  ["tags", ["a", "b"], "hasAny", ["c"], false],
  ["tags", ["a", "b"], "hasAll", ["b", "a"], true],
  ["tags", ["a", "b"], "hasAll", ["b", "c"], false],
  ["tags", ["a", "b"], "hasNone", ["c"], true],
  ["tags", ["a", "b"], "hasNone", ["c", "a"], false],
  ["tags", [], "hasNone", ["a"], true],
  ["tags", ["a", "b"], "contains", "a", true],
  ["tags", ["a", "b"], "notContains", "a", false],
  ["tags", ["a", "b"], "equal", ["b", "a"], true],
  ["stage", "won", "hasAny", ["won"], true],
  ["name", "", "isEmpty", undefined, true],
  ["tags", [], "isEmpty", true, true],
  ["name", " ", "isEmpty", undefined, false],
  ["amount", 0, "isEmpty", undefined, false],
  ["won", false, "isNotEmpty", undefined, true],
  ["name", null, "isEmpty", undefined, true],
  ["name", null, "isNotEmpty", undefined, false],
  ["calledAt", "2026-03-01T10:00:00.000Z", "equal", "2026-03-01T11:00:00+01:00", true],
  ["calledAt", "2026-03-01T10:00:00.000Z", "lessThan", "2026-03-01T10:30:00+01:00", false],
  ["calledAt", "2026-03-01T10:00:00.000Z", "before", "2026-03-01T12:00:00+01:00", true],
  ["calledAt", "2026-03-01T10:00:00.000Z", "after", "2026-03-01", true],
  ["calledAt", "2026-03-02T08:00:00.000Z", "before", "now", true],
  ["calledAt", "2026-03-31T20:00:00.000Z", "between", ["2026-03-01", "2026-03-31"], true],
  ["calledAt", "2026-03-31T22:30:00.000Z", "between", ["2026-03-01", "2026-03-31"], false],
  ["closeDate", "2026-03-31", "between", ["2026-03-01", "2026-03-31"], true],
  ["calledAt", "2026-03-01T23:30:00.000Z", "onDay", "2026-03-02", true],
  ["calledAt", "2026-03-01T22:30:00.000Z", "onDay", "2026-03-02", false],
  ["closeDate", "2026-03-02", "onDay", "today", true],
  ["closeDate", "2026-03-03", "onDay", "tomorrow", true],
  ["closeDate", "2026-03-02", "onDay", "2026-03-02T23:30:00Z", false],
  ["calledAt", "2026-03-01T10:00:00.000Z", "withinLast", "24h", true],
  ["calledAt", "2026-03-01T08:00:00.000Z", "withinLast", "24h", false],
  ["calledAt", "2026-03-01T01:00:00.000Z", "withinLast", 1, true],
  ["calledAt", "2026-02-28T22:00:00.000Z", "withinLast", 1, false],
  ["calledAt", "2026-03-02T10:00:00.000Z", "withinLast", "24h", false],
  ["closeDate", "2026-03-02", "withinLast", "7d", true],
  ["closeDate", "2026-02-23", "withinLast", "7d", true],
  ["closeDate", "2026-02-22", "withinLast", "7d", false],
  ["closeDate", "2026-03-02", "withinNext", "7d", true],
  ["closeDate", "2026-03-09", "withinNext", "1w", true],
  ["closeDate", "2026-03-10", "withinNext", 7, false],
  ["calledAt", "2026-03-09T22:00:00.000Z", "withinNext", 7, true],
  ["calledAt", "2026-03-09T23:30:00.000Z", "withinNext", 7, false],
  ["closeDate", "2026-02-01", "olderThan", "P1M", true],
  ["closeDate", "2026-02-02", "olderThan", "P1M", false],
  ["calledAt", "2026-01-30T09:00:00.000Z", "olderThan", "30d", true],
  ["closeDate", "soon", "before", "2026-03-02", false],
  ["closeDate", "2026-03-01", "withinLast", "soon", false],
];

describe("operators compare by the field's type", () => {
  for (const [path, left, operator, right, result] of cases) {
    it(`${path} ${JSON.stringify(left)} ${operator} ${JSON.stringify(right)} is ${result}`, async () => {
      expect(await holds({ [path]: left }, path, operator, right)).to.equal(result);
    });
  }

  it("covers every operator of the table", () => {
    const tried = new Set([
      ...cases.map((one) => one[2]),
      "changed",
      "changedFrom",
      "changedTo",
      "increased",
      "decreased",
    ]);
    expect(operators.map((one) => one.name).filter((name) => !tried.has(name))).to.deep.equal([]);
  });
});

describe("a missing value", () => {
  const asking = ["isEmpty", "changedFrom", "changedTo"];

  for (const { name } of operators.filter((one) => !asking.includes(one.name))) {
    it(`makes ${name} false`, async () => {
      for (const record of [{}, { amount: null }, { amount: undefined }]) {
        expect(await ask({ record }, { fact: "record", path: "amount", operator: name, value: [1, 2] })).to.equal(
          false,
        );
      }
    });
  }

  it("on the other side makes a comparison false, whichever way it asks", async () => {
    for (const operator of ["equal", "notEqual", "greaterThan", "notIn", "hasNone", "notContains"]) {
      const tree = { fact: "record", path: "name", operator, value: { fact: "record", path: "stage" } };
      expect(await ask({ record: { name: "x", stage: null } }, tree), operator).to.equal(false);
    }
  });
});

describe("operators about the change", () => {
  const leaf = (operator: string, value?: unknown, path = "amount") => ({ fact: "record", path, operator, value });

  it("tell a changed field from the others", async () => {
    expect(await ask(changeOf("amount", 1, 2), leaf("changed"))).to.equal(true);
    expect(await ask(changeOf("amount", 1, 2), leaf("changed", undefined, "name"))).to.equal(false);
    expect(await ask({ record: { amount: 1 } }, leaf("changed"))).to.equal(false);
  });

  it("compare the old and the new value by type", async () => {
    expect(await ask(changeOf("amount", 1, "2"), leaf("changedTo", 2))).to.equal(true);
    expect(await ask(changeOf("amount", "1.0", 2), leaf("changedFrom", 1))).to.equal(true);
    expect(await ask(changeOf("amount", 1, 2), leaf("changedFrom", 2))).to.equal(false);
  });

  it("compare by the field's type: instants in any zone, sets in any order, blank and no", async () => {
    const called = changeOf("calledAt", null, "2026-03-02T09:00:00.000Z");
    expect(await ask(called, leaf("changedTo", "2026-03-02T10:00:00+01:00", "calledAt"))).to.equal(true);
    expect(await ask(changeOf("tags", ["b", "a"], []), leaf("changedFrom", ["a", "b"], "tags"))).to.equal(true);
    expect(await ask(changeOf("tags", ["a"], []), leaf("changedTo", null, "tags"))).to.equal(true);
    expect(await ask(changeOf("won", null, true), leaf("changedFrom", false, "won"))).to.equal(true);
    expect(await ask(changeOf("won", true, null), leaf("changedTo", false, "won"))).to.equal(true);
    expect(await ask(changeOf("won", true, null), leaf("changedTo", true, "won"))).to.equal(false);
  });

  it("take a list, and null for blank", async () => {
    expect(await ask(changeOf("stage", "lead", "won"), leaf("changedTo", ["won", "lost"], "stage"))).to.equal(true);
    expect(await ask(changeOf("stage", "lead", null), leaf("changedTo", null, "stage"))).to.equal(true);
    expect(await ask(changeOf("stage", null, "won"), leaf("changedFrom", null, "stage"))).to.equal(true);
    expect(await ask(changeOf("stage", "lead", "won"), leaf("changedTo", null, "stage"))).to.equal(false);
  });

  it("see what rose and what fell, numbers as numbers and dates as instants", async () => {
    expect(await ask(changeOf("amount", "9", "10"), leaf("increased"))).to.equal(true);
    expect(await ask(changeOf("amount", "9", "10"), leaf("decreased"))).to.equal(false);
    expect(
      await ask(changeOf("closeDate", "2026-05-01", "2026-04-01"), leaf("decreased", undefined, "closeDate")),
    ).to.equal(true);
    expect(await ask(changeOf("amount", null, 10), leaf("increased"))).to.equal(false);
  });
});

describe("without a field type", () => {
  const input = (left: unknown, operator: string, value: unknown) =>
    ask({ inputs: { x: left } } as never, { fact: "inputs", path: "x", operator, value });

  it("values compare by their own kind and never across kinds", async () => {
    expect(await input(10, "greaterThan", 9)).to.equal(true);
    expect(await input("10", "greaterThan", 9)).to.equal(false);
    expect(await input("10", "equal", 10)).to.equal(false);
    expect(await input("b", "greaterThan", "a")).to.equal(true);
  });

  it("say why what reads alike is not the same", async () => {
    const why = async (left: unknown, operator: string, value: unknown) => {
      const tree = { fact: "inputs", path: "x", operator, value };
      const found = await evaluate(tree, { inputs: { x: left } });
      return "reason" in found ? found.reason : undefined;
    };
    const reason = '"10" is text and 10 is a number: nothing says of what type they are, so they are not the same.';
    expect(await why("10", "equal", 10)).to.equal(reason);
    expect(await why("10", "notEqual", 10)).to.equal(reason);
    expect(await why(["10"], "contains", 10)).to.equal(reason);
    expect(await why("10", "in", [9, 10])).to.equal(reason);
    expect(await why("10", "greaterThan", 9)).to.include('"10" and 9 are not of one kind');
    expect(await why("10", "equal", 11)).to.equal(undefined);
  });

  it("texts that are dates compare as instants", async () => {
    expect(await input("2026-03-01T11:00:00+01:00", "equal", "2026-03-01T10:00:00.000Z")).to.equal(true);
    expect(await input("2026-03-01", "before", "2026-03-02")).to.equal(true);
  });

  it("objects and lists are equal when their content is", async () => {
    expect(await input({ a: [1, { b: 2 }] }, "equal", { a: [1, { b: 2 }] })).to.equal(true);
    expect(await input([1, 2], "notEqual", [2, 1])).to.equal(true);
  });
});

describe("the library's decorators", () => {
  it("ask some, every, the other way round, or not", async () => {
    const facts = { record: { tags: ["a", "bc"] }, inputs: { totals: [5, 20] } };
    const totals = (operator: string, value: unknown) =>
      ask(facts, { fact: "inputs", path: "totals", operator, value });
    expect(await totals("someFact:greaterThan", 10)).to.equal(true);
    expect(await totals("everyFact:greaterThan", 10)).to.equal(false);
    expect(await totals("not:everyFact:greaterThan", 10)).to.equal(true);
    expect(await ask(facts, { fact: "record", path: "tags", operator: "swap:in", value: "a" })).to.equal(true);
    expect(await holds({ name: "abc" }, "name", "someValue:startsWith", ["x", "ab"])).to.equal(true);
  });

  it("do not turn a missing value into a hit", async () => {
    expect(await holds({}, "name", "not:equal", "x")).to.equal(false);
  });
});
