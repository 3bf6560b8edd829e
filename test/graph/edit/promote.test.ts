import { expect } from "chai";
import fc from "fast-check";
import {
  chainProblem,
  checkGraph,
  type Document,
  demote,
  nextSteps,
  planOf,
  promote,
  type Step,
} from "../../../src/graph/index.js";
import { Problem } from "../../../src/shared/errors.js";
import { anyList, graph, kinds, portsOf, step } from "../graphs.js";

const why = (...steps: (string | Step)[]) => chainProblem(graph(...steps), kinds);
const wires = ({ steps }: Document) => steps.map(({ key, next }) => [key, next ?? null]);

describe("promoting a list and demoting a graph", () => {
  const list = graph("first mail", "gate condition", "ask approval", "last mail");

  it("writes out where every port goes on in a list: a gate that does not hold and a failure lead nowhere", () => {
    expect(wires(promote(list, portsOf))).to.deep.equal([
      ["first", { success: "gate" }],
      ["gate", { true: "ask" }],
      ["ask", { approved: "last", rejected: "last", timeout: "last" }],
      ["last", null],
    ]);
  });

  it("lays the cards from top to bottom, and leaves those that have a place", () => {
    const { layout } = promote({ ...list, layout: { gate: { x: 7, y: 8 } } }, portsOf);
    expect(layout).to.deep.equal({
      first: { x: 0, y: 120 },
      gate: { x: 7, y: 8 },
      ask: { x: 0, y: 360 },
      last: { x: 0, y: 480 },
    });
  });

  it("makes a graph with nothing to correct", () => {
    const errors = checkGraph(promote(list, portsOf), portsOf).filter(({ severity }) => severity === "error");
    expect(errors).to.deep.equal([]);
  });

  it("leads past a step that is switched off and has no way on", () => {
    const off = graph("a", { ...step("stop end"), disabled: true }, "b");
    expect(wires(promote(off, portsOf))[0]).to.deep.equal(["a", { success: "b" }]);
    expect(demote(promote(off, portsOf), kinds)).to.deep.equal(off);
  });

  it("gives the same list back, whatever is in it", () => {
    fc.assert(
      fc.property(anyList, (document) => {
        const promoted = promote(document, portsOf);
        expect(chainProblem(promoted, kinds)).to.equal(null);
        expect(demote(promoted, kinds)).to.deep.equal(document);
        expect(promote(demote(promoted, kinds), portsOf)).to.deep.equal(promoted);
      }),
      { numRuns: 300 },
    );
  });

  it("leads where the list goes, step by step and port by port", () => {
    fc.assert(
      fc.property(anyList, (document) => {
        const enabled = { ...document, steps: document.steps.filter(({ disabled }) => !disabled) };
        const [before, after] = [planOf(enabled, "list"), planOf(promote(enabled, portsOf), "graph")];
        for (const one of enabled.steps) {
          for (const port of portsOf(one) ?? ["success"]) {
            if (port === "error") continue;
            const was = nextSteps(before, {}, one, [port], "");
            const is = nextSteps(after, {}, after.steps.get(one.key) ?? one, [port], "");
            expect("go" in is && is.go).to.deep.equal("go" in was ? was.go : []);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("takes a chain in whatever order its steps stand, unless a template names one by its position", () => {
    const shuffled = graph("a mail success:c", "b", "c mail success:b");
    expect(demote(shuffled, kinds).steps.map(({ key }) => key)).to.deep.equal(["a", "c", "b"]);
    const byPosition = graph(
      "a mail success:c",
      { ...step("b"), config: { to: "{{ steps.2.output.email }}" } },
      "c mail success:b",
    );
    expect(chainProblem(byPosition, kinds)).to.include("by its position");
  });

  it("takes ports led to the end for open ones", () => {
    expect(demote(graph("a condition true:b,false:end", "b mail success:end"), kinds)).to.deep.equal(
      graph("a condition", "b"),
    );
  });

  it("says why a graph is more than a list", () => {
    expect(why("a condition true:b,false:c", "b mail success:c", "c")).to.include('by its port "false"');
    expect(why("a mail success:b,error:b", "b")).to.include("error policy");
    expect(why("a approval approved:b,rejected:end,timeout:end", "b")).to.include("different places: b, end");
    expect(why("a parallel a:b", "b")).to.include("only a workflow");
    expect(why("a mail success:b", "b mail success:a")).to.include('"b" leads back to "a"');
    expect(why("a mail success:b", "b", "c")).to.include('no path leads to "c"');
    expect(why("a mail success:nowhere")).to.include('"a" leads to "nowhere"');
    expect(() => demote(graph("a loop next:a"), kinds))
      .to.throw(Problem, "only a workflow")
      .with.property("status", 409);
  });

  it("does nothing to an empty document but give it a layout", () => {
    expect(promote(graph(), portsOf)).to.deep.equal({ ...graph(), layout: {} });
    expect(demote(graph(), kinds)).to.deep.equal(graph());
  });
});
