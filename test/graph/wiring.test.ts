import { expect } from "chai";
import fc from "fast-check";
import { ancestorsOf, readableIn } from "../../src/graph/index.js";
import { anyGraph, graph } from "./graphs.js";

const ancestors = (document: ReturnType<typeof graph>, key: string) => [...ancestorsOf(document, key)].sort();
const readable = (document: ReturnType<typeof graph>, key: string) => {
  const { before, loops } = readableIn(document, "graph")(key);
  return { before: before.map((step) => step.key).join(), loops: loops.map((step) => step.key).join() };
};

describe("what can have run before a step", () => {
  const forked = graph(
    "a parallel a:b,b:c",
    "b mail success:j",
    "c mail success:j,error:e",
    "j join success:d",
    "d",
    "e",
  );

  it("is what a path leads on from, whatever the port, and not the other branch", () => {
    expect(ancestors(forked, "a")).to.deep.equal([]);
    expect(ancestors(forked, "c")).to.deep.equal(["a"]);
    expect(ancestors(forked, "e")).to.deep.equal(["a", "c"]);
    expect(ancestors(forked, "d")).to.deep.equal(["a", "b", "c", "j"]);
  });

  const looped = graph("l loop next:x,done:z", "x mail success:m", "m loop next:y,done:l", "y mail success:m", "z");

  it("includes what a loop did for earlier items, and behind it its body", () => {
    expect(ancestors(looped, "x")).to.deep.equal(["l", "m", "x", "y"]);
    expect(ancestors(looped, "z")).to.deep.equal(["l", "m", "x", "y"]);
  });

  it("knows the loops around a step, outermost first", () => {
    expect(readable(looped, "l").loops).to.equal("");
    expect(readable(looped, "x").loops).to.equal("l");
    expect(readable(looped, "y").loops).to.equal("l,m");
    expect(readable(looped, "z").loops).to.equal("");
  });

  it("counts a step that is also reached from outside of the loop as outside", () => {
    const both = graph("s condition true:l,false:t", "l loop next:x,done:end", "x mail success:l,error:t", "t");
    expect(readable(both, "x").loops).to.equal("l");
    expect(readable(both, "t").loops).to.equal("");
  });

  it("is, in a list, what stands before it", () => {
    const list = graph("a", "b", "c");
    const { before, loops } = readableIn(list, "list")("c");
    expect([before.map(({ key }) => key), loops]).to.deep.equal([["a", "b"], []]);
  });

  it("agrees with following every path, in graphs wired in any way", () => {
    fc.assert(
      fc.property(anyGraph, (document) => {
        const steps = new Map(document.steps.map((step) => [step.key, step]));
        const following = (key: string, seen = new Set<string>()): Set<string> => {
          for (const to of Object.values(steps.get(key)?.next ?? {})) {
            if (to === "end" || !steps.has(to) || seen.has(to)) continue;
            seen.add(to);
            following(to, seen);
          }
          return seen;
        };
        for (const key of steps.keys()) {
          const expected = [...steps.keys()].filter((other) => following(other).has(key)).sort();
          expect(ancestors(document, key)).to.deep.equal(expected);
          readable(document, key);
        }
      }),
      { numRuns: 200 },
    );
  });
});
