import { expect } from "chai";
import fc from "fast-check";
import { checkGraph, checkSteps, type Document, type Step } from "../../../src/graph/index.js";
import { anyGraph, graph, portsOf, step } from "../graphs.js";

const problemsOf = (...steps: (string | Step)[]) => checkGraph(graph(...steps), portsOf);
/** `error mail success`: how bad, which step, which port. */
const found = (...steps: (string | Step)[]) =>
  problemsOf(...steps).map(({ severity, step: key, port }) => [severity, key, port].filter(Boolean).join(" "));

describe("checking a graph", () => {
  it("finds nothing wrong with branches, joins and loops that are wired as they should be", () => {
    expect(
      problemsOf(
        "start condition true:fork,false:end",
        "fork parallel a:mail,b:each,c:join",
        "mail mail success:join,error:tell",
        "each loop next:inner,done:join,error:tell",
        "inner loop next:item,done:each",
        "item mail success:inner",
        "join join success:ask",
        "ask approval approved:over,rejected:end,timeout:end",
        "over end",
        "tell",
      ),
    ).to.deep.equal([]);
  });

  it("names an unknown target by its step, port and path, with the nearest right name", () => {
    const [problem, ...more] = problemsOf("first mail success:maill", "mail");
    expect(more).to.deep.equal([]);
    expect(problem).to.deep.include({
      severity: "error",
      path: "steps[0].next.success",
      step: "first",
      port: "success",
    });
    expect(problem?.message).to.include('"maill"').and.include('Did you mean "mail"?');
    expect(problemsOf("first mail success:ende")[0]?.message).to.include('Did you mean "end"?');
  });

  it("names an unknown port, with the ports there are", () => {
    const [wrong] = problemsOf("gate condition true:end,false:end,fasle:end");
    expect(wrong).to.include({ severity: "error", port: "fasle" });
    expect(wrong?.message).to.include('Did you mean "false"?');
    expect(problemsOf("gate condition true:end,false:end,success:end")[0]?.message).to.include(
      "It has true, false, error.",
    );
    expect(problemsOf("stop end success:end")[0]?.message).to.include("has no ports");
    expect(problemsOf("x unheard_of anything:end")).to.deep.equal([]);
  });

  it("finds steps no path leads to, but does not blame those a mistyped target keeps away", () => {
    expect(found("a mail success:end", "b mail success:c", "c")).to.deep.equal(["error b", "error c"]);
    expect(found("a mail success:bb", "b mail success:c", "c")).to.deep.equal(["error a success"]);
    expect(found("a mail success:end", { ...step("b"), disabled: true })).to.deep.equal(["warning b"]);
  });

  it("warns of ports left open beside connected ones; a step with none connected is simply an end", () => {
    expect(found("gate condition true:b", "b")).to.deep.equal(["warning gate false"]);
    expect(found("ask approval approved:b", "b")).to.deep.equal(["warning ask rejected", "warning ask timeout"]);
    expect(found("a mail error:b", "b")).to.deep.equal(["warning a success"]);
    expect(found("a mail success:b", "b")).to.deep.equal([]);
    expect(found("gate condition")).to.deep.equal(["warning gate"]);
  });

  it("asks for the way of a time limit only when there is one", () => {
    const goal = step("goal goal met:end");
    expect(found(goal)).to.deep.equal([]);
    expect(found({ ...goal, config: { timeout: "3d" } })).to.deep.equal(["warning goal unmet"]);
  });

  it("refuses circles outside of loops, at the port that closes them", () => {
    const [problem, ...more] = problemsOf("a mail success:b", "b condition true:c,false:end", "c mail success:a");
    expect(more).to.deep.equal([]);
    expect(problem).to.include({ severity: "error", path: "steps[2].next.success", step: "c", port: "success" });
    expect(problem?.message).to.include("a → b → c → a");
    expect(found("a mail success:a")).to.deep.equal(["error a success"]);
    expect(found("each loop next:b,done:c", "b mail success:each", "c mail success:each")).to.deep.equal([
      "error c success",
    ]);
    const long = Array.from({ length: 40 }, (_none, at) => `s${at} mail success:s${(at + 1) % 40}`);
    expect(problemsOf(...long)[0]?.message).to.include("s0 → s1 → s2 → s3 → s4 → … → s39 → s0");
  });

  it("warns of a loop without a body, and of a body that never comes back", () => {
    expect(found("each loop done:b", "b")).to.deep.equal(["warning each next"]);
    expect(found("each loop next:each")).to.deep.equal(["warning each next"]);
    expect(found("each loop next:b,done:end", "b mail success:end")).to.deep.equal(["warning each next"]);
  });

  it("refuses a way out of an inner loop into an outer one, and loops that lie in each other", () => {
    const outer = "outer loop next:inner,done:end";
    expect(found(outer, "inner loop next:b,done:outer", "b mail success:outer")).to.deep.equal(["error b success"]);
    expect(found("a loop next:b", "b loop next:a")).to.deep.equal(["error b next"]);
  });

  it("warns of joins with nothing to join, or with more to wait for than leads to them", () => {
    expect(found("a mail success:j", "j join success:end")).to.deep.equal(["warning j"]);
    const counting = { ...step("j join success:end"), config: { mode: "count", count: 3 } };
    expect(found("f parallel a:j,b:j,c:end", counting)).to.deep.equal(["warning j"]);
  });

  it("warns where branches meet without a join, not where they share a step for failures", () => {
    const fork = "f parallel a:x,b:y,c:end";
    expect(found(fork, "x mail success:z", "y mail success:z", "z")).to.deep.equal(["warning z"]);
    expect(found(fork, "x mail success:end,error:z", "y mail success:end,error:z", "z")).to.deep.equal([]);
    expect(found(fork, "x condition true:z,false:z", "y mail success:end", "z")).to.deep.equal([]);
    expect(found(fork, "x mail success:j", "y mail success:j", "j join success:z", "z")).to.deep.equal([]);
    expect(found("each loop next:f,done:end", fork, "x mail success:each", "y mail success:each")).to.deep.equal([
      "warning each",
    ]);
  });

  it("keeps the key end for the end", () => {
    expect(checkSteps(graph("end mail"), "graph").map(({ path }) => path)).to.deep.equal(["steps[0].key"]);
  });

  it("never throws, and always names a place that exists", () => {
    fc.assert(
      fc.property(anyGraph, (document) => {
        for (const { path, step: key } of checkGraph(document, portsOf)) {
          const place = Number(/^steps\[(\d+)\]/.exec(path)?.[1]);
          expect(document.steps[place]?.key).to.equal(key);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is quick with the largest documents, however they are wired", () => {
    const kinds = ["loop", "parallel", "condition", "join"];
    const names: Record<string, string[]> = {
      loop: ["next", "done"],
      parallel: ["a", "b", "c"],
      condition: ["true", "false"],
      join: ["success"],
    };
    const wired = (kindAt: (place: number) => string, to: (place: number, port: number) => number): Document =>
      graph(
        ...Array.from({ length: 500 }, (_none, place) => {
          const kind = kindAt(place);
          const wires = (names[kind] ?? []).map((port, at) => `${port}:s${to(place, at) % 500}`);
          return `s${place} ${kind} ${wires.join(",")}`;
        }),
      );
    const documents = [
      wired(
        (place) => kinds[place % 4] ?? "loop",
        (place, port) => place * 7 + port * 13 + 1,
      ),
      wired(
        () => "loop",
        (place, port) => place + 1 + port,
      ),
      wired(
        () => "parallel",
        (place, port) => place + 1 + port * 3,
      ),
      wired(
        () => "loop",
        (place, port) => (port === 0 ? place + 1 : place + 499),
      ),
    ];
    for (const document of documents) {
      const started = performance.now();
      checkGraph(document, portsOf);
      expect(performance.now() - started).to.be.below(1_500);
    }
  });
});
