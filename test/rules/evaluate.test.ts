import { expect } from "chai";
import { type Explanation, evaluate, type Facts } from "../../src/rules/index.js";
import { ask, holds, now, types } from "./world.js";

const big = { id: "big", fact: "record", path: "amount", operator: "greaterThan", value: 10_000 };
const won = { id: "won", fact: "record", path: "stage", operator: "equal", value: "won" };
const explained = (tree: unknown, facts: Facts): Promise<Explanation> => evaluate(tree as never, facts, { types });

describe("evaluate", () => {
  it("explains every leaf with both values, hits and misses alike, under its own id", async () => {
    const result = await explained({ all: [big, won] }, { record: { amount: 8000, stage: "won" } });
    expect(result).to.deep.equal({
      operator: "all",
      result: false,
      conditions: [
        {
          id: "big",
          fact: "record",
          path: "amount",
          operator: "greaterThan",
          left: 8000,
          right: 10_000,
          result: false,
        },
        { id: "won", fact: "record", path: "stage", operator: "equal", left: "won", right: "won", result: true },
      ],
    });
  });

  it("reads a field of a record that a step found, with `values` and without", async () => {
    const found = { id: "1", object: "contact", values: { email: "nora@north.test" } };
    const facts = { steps: { get: { output: found } } } as Facts;
    const leaf = (path: string) => ({ fact: "steps", path, operator: "equal", value: "nora@north.test" });
    const tree = { all: [leaf("get.output.values.email"), leaf("get.output.email"), leaf("get.output.constructor")] };
    expect(await explained(tree, facts)).to.have.nested.property("conditions[1].result", true);
    expect(await explained(tree, facts)).to.have.nested.property("conditions[2].result", false);
  });

  it("asks all leaves of any, also after the first hit, whatever priorities say", async () => {
    const tree = {
      any: [
        { ...won, priority: 100 },
        { ...big, priority: 1 },
      ],
    };
    const result = await explained(tree, { record: { amount: 20_000, stage: "won" } });
    expect(result).to.have.nested.property("conditions[1].left", 20_000);
    expect(result).to.have.nested.property("conditions[1].result", true);
  });

  it("keeps the shape of nested groups and takes a lone leaf as it is", async () => {
    const result = await explained({ any: [{ all: [big] }, { not: won }] }, { record: { amount: 1, stage: "won" } });
    expect(result).to.have.nested.property("conditions[0].operator", "all");
    expect(result).to.have.nested.property("conditions[1].conditions[0].id", "won");
    expect(await explained(big, { record: { amount: 10_001 } })).to.include({ id: "big", result: true });
  });

  it("holds when nothing is asked", async () => {
    for (const nothing of [undefined, null, {}, { all: [] }, { any: [] }, { all: [{ any: [] }] }]) {
      expect((await explained(nothing, {})).result, JSON.stringify(nothing)).to.equal(true);
    }
  });

  it("compares two fields, by the type of either", async () => {
    const tree = { fact: "record", path: "amount", operator: "greaterThan", value: { fact: "old", path: "amount" } };
    expect(await ask({ record: { amount: "10" }, old: { amount: "9" } }, tree)).to.equal(true);
    const typed = { fact: "inputs", path: "limit", operator: "lessThan", value: { fact: "record", path: "amount" } };
    expect(await ask({ record: { amount: 10 }, inputs: { limit: "9" } }, typed)).to.equal(true);
  });

  it("reads trigger, steps, vars, loop, run, workspace and now", async () => {
    const facts = {
      trigger: { kind: "x" },
      steps: { a: { output: { n: 1 } } },
      vars: { v: 1 },
      loop: { index: 0 },
      run: { id: "r" },
    };
    for (const [fact, path] of [
      ["trigger", "kind"],
      ["steps", "a.output.n"],
      ["vars", "v"],
      ["loop", "index"],
      ["run", "id"],
    ]) {
      expect(await ask(facts, { fact, path, operator: "isNotEmpty" }), fact).to.equal(true);
    }
    expect(await ask({}, { fact: "now", operator: "after", value: "2026-03-01" })).to.equal(true);
    expect(await ask({ changed: ["stage"] }, { fact: "changed", operator: "contains", value: "stage" })).to.equal(true);
  });

  it("gives the same answer to many at a time", async () => {
    const amounts = Array.from({ length: 200 }, (_, n) => n * 100);
    const results = await Promise.all(amounts.map((amount) => explained({ all: [big] }, { record: { amount } })));
    expect(results.map((one) => one.result)).to.deep.equal(amounts.map((amount) => amount > 10_000));
  });
});

describe("paths", () => {
  const record = {
    company: "c1",
    items: [{ sku: "A-1" }],
    meta: { deep: { er: 1 } },
    $related: { company: { id: "c1", industry: "retail", owner: "u1", $related: { owner: { email: "o@x.test" } } } },
  };

  it("follow relations through $related, while the relation alone is the id", async () => {
    expect(await holds(record, "company", "equal", "c1")).to.equal(true);
    expect(await holds(record, "company.industry", "equal", "retail")).to.equal(true);
    expect(await holds(record, "company.owner.email", "endsWith", "@x.test")).to.equal(true);
  });

  it("go into lists and JSON", async () => {
    expect(await holds(record, "items[0].sku", "equal", "A-1")).to.equal(true);
    expect(await holds(record, "meta.deep.er", "equal", 1)).to.equal(true);
    expect(await holds(record, "meta.deep.gone", "isEmpty")).to.equal(true);
  });

  it("see own properties only and are never evaluated", async () => {
    for (const path of ["constructor.name", "__proto__", "toString", "items.map", "$..sku", "items[?(@.sku)].sku"]) {
      expect(await holds(record, path, "isNotEmpty"), path).to.equal(false);
    }
  });
});

describe("what cannot be decided", () => {
  const vanished = { fact: "record", path: "gone", operator: "equal", value: 1 };

  it("is a field that vanished: false with the reason, and no not makes it true", async () => {
    const result = await explained({ all: [vanished] }, { record: {} });
    expect(result).to.have.nested.property("conditions[0].reason").that.includes('"gone" no longer exists');
    for (const tree of [
      { not: vanished },
      { not: { all: [vanished] } },
      { not: { any: [vanished, won] } },
      { not: { not: vanished } },
    ]) {
      expect((await explained(tree, { record: { stage: "lead" } })).result, JSON.stringify(tree)).to.equal(false);
    }
  });

  it("does not spoil what is decided without it", async () => {
    const facts = { record: { stage: "won" } };
    expect((await explained({ any: [won, vanished] }, facts)).result).to.equal(true);
    expect((await explained({ not: { all: [vanished, { ...won, value: "lost" }] } }, facts)).result).to.equal(true);
  });

  it("is a condition on a record where there is none", async () => {
    for (const tree of [big, { not: big }, { ...big, operator: "isEmpty" }]) {
      const result = await explained({ all: [tree] }, { record: null });
      expect(result.result).to.equal(false);
      expect(JSON.stringify(result)).to.include("There is no record here.");
    }
  });

  it("is an unknown fact, an unknown operator or a pattern that cannot be matched", async () => {
    for (const leaf of [
      { ...won, fact: "galaxy" },
      { ...won, operator: "isKindOf" },
      { ...won, operator: "matches", value: "(?=x)" },
    ]) {
      const result = (await explained(leaf, { record: { stage: "won" } })) as { result: boolean; reason?: string };
      expect(result.result).to.equal(false);
      expect(result.reason).to.be.a("string");
    }
  });

  it("is a malformed, too deep or too large tree", async () => {
    const deep = Array.from({ length: 11 }).reduce<unknown>((inner) => ({ all: [inner] }), won);
    const endless = JSON.parse(`${'{"not":'.repeat(5000)}{}${"}".repeat(5000)}`);
    const circular: Record<string, unknown> = {};
    circular["all"] = [circular];
    const large = { all: Array.from({ length: 201 }, () => won) };
    for (const tree of [
      deep,
      endless,
      circular,
      large,
      [],
      "x",
      { all: {} },
      { not: [] },
      { all: [null] },
      { condition: "x" },
    ]) {
      const result = await explained(tree, { record: { stage: "won" } });
      expect(result.result).to.equal(false);
      expect(result).to.have.property("reason").that.is.a("string");
    }
  });
});

describe("an explanation", () => {
  it("is JSON, a copy, and small whatever the facts hold", async () => {
    const meta: Record<string, unknown> = {
      long: "x".repeat(5000),
      list: Array.from({ length: 500 }, (_, n) => n),
      nan: Number.NaN,
    };
    meta["when"] = new Date(now);
    const result = await explained({ fact: "record", path: "meta", operator: "isNotEmpty" }, { record: { meta } });
    expect(JSON.parse(JSON.stringify(result))).to.deep.equal(result);
    expect(JSON.stringify(result).length).to.be.below(2500);
    expect(result).to.have.nested.property("left.when", "2026-03-02T09:00:00.000Z");
  });

  it("shows both sides of a change", async () => {
    const facts = { record: { amount: 2 }, trigger: { changes: [{ field: "amount", old: 1, new: 2 }] } };
    const leaf = { fact: "record", path: "amount", operator: "increased" };
    expect(await explained(leaf, facts)).to.deep.include({ left: { old: 1, new: 2 }, result: true });
    expect(await explained({ ...leaf, operator: "changedFrom", value: 1 }, facts)).to.deep.include({
      left: 1,
      right: 1,
    });
  });
});

describe("a hostile pattern", () => {
  it("costs linear time", async () => {
    const started = process.hrtime.bigint();
    for (const pattern of ["(a+)+$", "(a|a)*b", "(.*)*x", "(a|aa)+$"]) {
      expect(await holds({ name: `${"a".repeat(20_000)}!` }, "name", "matches", pattern)).to.equal(false);
    }
    expect(Number(process.hrtime.bigint() - started) / 1e6).to.be.below(2000);
  });
});
