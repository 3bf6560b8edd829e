import { expect } from "chai";
import { type ActionKind, done } from "../../src/actions/action.js";
import { defineAction } from "../../src/actions/define-action.js";
import { Problem } from "../../src/shared/errors.js";

const book = {
  kind: "shipping.book",
  title: "Book shipping",
  description: "Books a parcel.",
  config: { type: "object", properties: { weight: { type: "number" } } },
  output: { type: "object" },
  ports: ["success"],
  effect: "database",
  sentence: () => "book shipping",
  perform: async () => done({}),
} as unknown as ActionKind;

function faults(changes: Record<string, unknown>): string[] {
  try {
    defineAction(new Map(), { ...book, ...changes } as ActionKind);
    return [];
  } catch (error) {
    if (error instanceof Problem && error.status === 422) return error.errors.map(({ path }) => path);
    throw error;
  }
}

describe("a host's own step kind", () => {
  it("is taken as it is, in the group Host", () => {
    const table = new Map();
    defineAction(table, book);
    expect(table.get("shipping.book")).to.deep.equal({ ...book, group: "Host", fromHost: true });
    expect(() => defineAction(table, book)).to.throw(Problem, /already/);
  });

  it("is refused with every member at fault", () => {
    expect(faults({ kind: "Shipping Book", title: "", perform: 1 })).to.deep.equal(["kind", "title", "perform"]);
    expect(faults({ kind: `a.${"b".repeat(80)}` })).to.deep.equal(["kind"]);
    expect(faults({ ports: [1], effect: "some", group: "Mine", sentence: null })).to.deep.equal([
      "group",
      "ports",
      "effect",
      "sentence",
    ]);
  });

  it("is refused when a schema is none", () => {
    expect(faults({ config: { type: "objekt" } })).to.include("config");
    expect(faults({ config: { type: "string" } })).to.deep.equal(["config"]);
    expect(faults({ output: null })).to.deep.equal(["output"]);
    expect(faults({ config: { type: "object", propertys: {} } })).to.deep.equal(["config"]);
  });

  it("must say what a simulation shows when it reaches outside", () => {
    expect(faults({ effect: "outside" })).to.deep.equal(["simulate"]);
    expect(faults({ effect: "outside", simulate: async () => done({}) })).to.deep.equal([]);
  });
});
