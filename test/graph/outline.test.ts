import { expect } from "chai";
import fc from "fast-check";
import { type Document, type OutlineLead, type OutlineStep, outlineOf } from "../../src/graph/index.js";
import { anyGraph, graph, portsOf } from "./graphs.js";

const leadText = (lead: OutlineLead) => ("key" in lead ? `${lead.to} ${lead.key}` : lead.to);

/** An outline as indented lines: `a`, then its branches a step deeper, then what comes next. */
function lines(steps: OutlineStep[], depth = ""): string[] {
  return steps.flatMap((step) => [
    `${depth}${step.key}`,
    ...step.branches.flatMap((branch) => [
      `${depth}  ${branch.port}: ${leadText(branch.lead)}`,
      ...lines(branch.steps, `${depth}    `),
    ]),
    ...(step.onward && step.onward.lead.to !== "follows" ? [`${depth}> ${leadText(step.onward.lead)}`] : []),
  ]);
}

const shown = (document: Document) => lines(outlineOf(document, portsOf).steps);
const keysOf = (steps: OutlineStep[]): string[] =>
  steps.flatMap(({ key, branches }) => [key, ...branches.flatMap((branch) => keysOf(branch.steps))]);

describe("a graph as an outline", () => {
  it("keeps a chain at one depth", () => {
    expect(shown(graph("a mail success:b", "b mail success:c", "c mail success:end"))).to.deep.equal([
      "a",
      "b",
      "c",
      "> end",
    ]);
  });

  it("indents what a branch leads to, and says where nothing follows", () => {
    expect(shown(graph("gate condition true:call", "call mail"))).to.deep.equal([
      "gate",
      "  true: follows call",
      "    call",
      "    > nothing",
      "  false: nothing",
    ]);
  });

  it("draws where ways meet once, behind the last step all of them pass", () => {
    const meeting = graph("p parallel a:x,b:y", "x mail success:j", "y mail success:j", "j join success:z", "z mail");
    expect(shown(meeting)).to.deep.equal([
      "p",
      "  a: follows x",
      "    x",
      "    > elsewhere j",
      "  b: follows y",
      "    y",
      "    > elsewhere j",
      "  c: nothing",
      "j",
      "z",
      "> nothing",
    ]);
    expect(outlineOf(meeting, portsOf).steps[1]?.from).to.deep.equal([
      { from: "x", port: "success" },
      { from: "y", port: "success" },
    ]);
  });

  it("shows the body of a loop, where it comes back, and what follows when it is done", () => {
    expect(shown(graph("each loop next:say,done:rest", "say mail success:each", "rest mail"))).to.deep.equal([
      "each",
      "  next: follows say",
      "    say",
      "    > back each",
      "rest",
      "> nothing",
    ]);
  });

  it("shows the way of a failure only where it is connected", () => {
    const told = graph("a mail success:b,error:tell", "b mail error:tell", "tell mail success:end");
    expect(shown(told)).to.deep.equal([
      "a",
      "  error: elsewhere tell",
      "b",
      "  error: elsewhere tell",
      "> nothing",
      "tell",
      "> end",
    ]);
  });

  it("sets steps apart that no path leads to, and names targets that do not exist", () => {
    const outline = outlineOf(graph("a mail success:nowhere", "x mail success:y", "y mail success:a"), portsOf);
    expect(lines(outline.steps)).to.deep.equal(["a", "> missing nowhere"]);
    expect(lines(outline.unreached)).to.deep.equal(["x", "y", "> elsewhere a"]);
  });

  it("shows every step exactly once, however the graph is wired", () => {
    fc.assert(
      fc.property(anyGraph, (document) => {
        const { steps, unreached } = outlineOf(document, portsOf);
        const keys = [...new Set(document.steps.map(({ key }) => key))];
        expect(keysOf([...steps, ...unreached]).sort()).to.deep.equal(keys.sort());
      }),
    );
  });
});
