import { expect } from "chai";
import type { StepView } from "../../../../src/runs/index.js";
import { waterfall } from "../../../../src/web/pages/runs/waterfall.js";

const tried = (key: string, from: number, to: number | null): StepView => ({
  n: 1,
  key,
  kind: "wait",
  name: null,
  iteration: "",
  attempt: 1,
  status: "success",
  input: null,
  output: null,
  port: null,
  error: null,
  conditions: null,
  writes: [],
  idempotencyKey: null,
  startedAt: new Date(from).toISOString(),
  finishedAt: to === null ? null : new Date(to).toISOString(),
});

describe("a waterfall", () => {
  it("puts every try on one line of time", () => {
    const bars = waterfall([tried("a", 0, 250), tried("b", 250, 1000)], new Map([["b", "Second"]]), 0);
    expect(bars.map(({ x, width }) => [x, width])).to.deep.equal([
      [0, 250],
      [250, 750],
    ]);
    expect(bars.map(({ label }) => label)).to.deep.equal(["a", "Second"]);
  });

  it("shows what took no time as a sliver inside the picture, and what goes on up to now", () => {
    const [instant, open] = waterfall([tried("a", 1000, 1000), tried("b", 0, null)], new Map(), 1000);
    expect([instant?.x, instant?.width]).to.deep.equal([996, 4]);
    expect([open?.width, open?.duration]).to.deep.equal([1000, null]);
  });

  it("is empty without steps", () => {
    expect(waterfall([], new Map(), 0)).to.deep.equal([]);
  });
});
