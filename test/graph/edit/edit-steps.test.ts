import { expect } from "chai";
import fc from "fast-check";
import {
  type Document,
  duplicateStep,
  insertStep,
  moveStep,
  movesIn,
  removeStep,
  renamePorts,
  wirePort,
} from "../../../src/graph/index.js";
import { anyGraph, graph, portsOf, step } from "../graphs.js";

/** A document as `a success:b` lines. */
const wires = ({ steps }: Document) =>
  steps.map(({ key, next }) => [key, Object.entries(next ?? {}).map(([port, to]) => `${port}:${to}`)].flat().join(" "));

const chain = graph("a mail success:b", "b mail success:c", "c mail");
const forked = graph(
  "a mail success:gate",
  "gate condition true:yes,false:no",
  "yes mail",
  "no mail success:more",
  "more mail",
);

describe("editing the steps of a graph", () => {
  it("inserts behind a port, and leads on to what followed there", () => {
    const into = insertStep(chain, step("x"), { from: "a", port: "success" }, portsOf);
    expect(wires(into)).to.deep.equal(["a success:x", "x success:b", "b success:c", "c"]);
    const gate = insertStep(chain, step("x condition"), { from: "c", port: "success" }, portsOf);
    expect(wires(gate)).to.deep.equal(["a success:b", "b success:c", "c success:x", "x"]);
  });

  it("inserts before the first step, and before one that several ways lead to", () => {
    expect(wires(insertStep(chain, step("x"), { before: "a" }, portsOf))[0]).to.equal("x success:a");
    const met = graph("p parallel a:x,b:y", "x mail success:j", "y mail success:j", "j join");
    expect(wires(insertStep(met, step("new"), { before: "j" }, portsOf))).to.deep.equal([
      "p a:x b:y",
      "x success:new",
      "y success:new",
      "new success:j",
      "j",
    ]);
    expect(wires(insertStep(graph(), step("x"), { before: null }, portsOf))).to.deep.equal(["x"]);
  });

  it("lets the first step of a loop's body come back", () => {
    const into = insertStep(graph("each loop"), step("say"), { from: "each", port: "next" }, portsOf);
    expect(wires(into)).to.deep.equal(["each next:say", "say success:each"]);
  });

  it("removes a step and closes the gap", () => {
    expect(wires(removeStep(chain, "b", portsOf).document)).to.deep.equal(["a success:c", "c"]);
    expect(wires(removeStep(chain, "a", portsOf).document)).to.deep.equal(["b success:c", "c"]);
    expect(wires(removeStep(chain, "c", portsOf).document)).to.deep.equal(["a success:b", "b"]);
  });

  it("names the steps that go with a removed branch", () => {
    const { document, lost } = removeStep(forked, "gate", portsOf);
    expect(lost).to.deep.equal(["no", "more"]);
    expect(wires(document)).to.deep.equal(["a success:yes", "yes"]);
  });

  it("removes the only step of a loop's body without leading the loop to itself", () => {
    const loop = graph("each loop next:say,done:rest", "say mail success:each", "rest mail");
    expect(wires(removeStep(loop, "say", portsOf).document)).to.deep.equal(["each done:rest", "rest"]);
  });

  it("duplicates a step behind itself under another key", () => {
    expect(wires(duplicateStep(forked, "gate", "gate_2", portsOf))).to.deep.equal([
      "a success:gate",
      "gate true:gate_2 false:no",
      "gate_2 true:yes",
      "yes",
      "no success:more",
      "more",
    ]);
  });

  it("moves a step up and down along its branch", () => {
    const up = movesIn(chain, portsOf)("b").up;
    expect(up && wires(moveStep(chain, "b", up, portsOf))).to.deep.equal(["b success:a", "a success:c", "c"]);
    const down = movesIn(chain, portsOf)("b").down;
    expect(down && wires(moveStep(chain, "b", down, portsOf))).to.deep.equal(["a success:c", "c success:b", "b"]);
    expect(movesIn(chain, portsOf)("a").up).to.equal(null);
    expect(movesIn(chain, portsOf)("c").down).to.equal(null);
  });

  it("moves a step to any port, its own branches with it", () => {
    const moved = moveStep(forked, "gate", { before: "a" }, portsOf);
    expect(wires(moved)[0]).to.equal("gate true:a false:no");
    expect(wires(moveStep(forked, "yes", { from: "more", port: "success" }, portsOf))).to.deep.equal([
      "a success:gate",
      "gate false:no",
      "no success:more",
      "more success:yes",
      "yes",
    ]);
  });

  it("does not move a step into a branch of its own", () => {
    const into = () => moveStep(forked, "gate", { from: "no", port: "success" }, portsOf);
    expect(into).to.throw(/own branches/);
  });

  it("connects and disconnects a port", () => {
    expect(wires(wirePort(chain, "c", "success", "end"))[2]).to.equal("c success:end");
    expect(wires(wirePort(chain, "a", "success", null))[0]).to.equal("a");
  });

  it("keeps connections when branches are renamed, and drops those of branches that went", () => {
    const renamed = renamePorts(
      step("p parallel a:x,b:y,error:z"),
      new Map([
        ["a", "first"],
        ["b", null],
      ]),
    );
    expect(renamed.next).to.deep.equal({ first: "x", error: "z" });
  });

  it("undoes an insertion by removing what was inserted", () => {
    fc.assert(
      fc.property(anyGraph, (document) => {
        const edge = document.steps.flatMap(({ key, next }) =>
          Object.entries(next ?? {}).map(([port, to]) => ({ key, port, to })),
        )[0];
        fc.pre(
          edge !== undefined &&
            edge.to !== edge.key &&
            document.steps.every(({ key }, at, all) => all.findIndex((one) => one.key === key) === at),
        );
        if (!edge) return;
        const added = insertStep(document, step("added"), { from: edge.key, port: edge.port }, portsOf);
        expect(wires(removeStep(added, "added", portsOf).document)).to.deep.equal(wires(document));
      }),
    );
  });
});
