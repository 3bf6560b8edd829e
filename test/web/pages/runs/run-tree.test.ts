import { expect } from "chai";
import { planOf, type Step } from "../../../../src/graph/index.js";
import type { StepLine } from "../../../../src/runs/index.js";
import { type RunNode, runTree } from "../../../../src/web/pages/runs/run-tree.js";

const step = (key: string, kind: string, next: Record<string, string> = {}): Step => ({ key, kind, config: {}, next });
const graph = (...steps: Step[]) => planOf({ object: "deal", triggers: [], steps }, "graph");

let n = 0;
/** A row of the log: `orders[1] check failed` with the port it left by. */
function line(words: string, port: string | null = "success"): StepLine {
  const [status = "", key = "", iteration = ""] = words.split(" ").reverse();
  const at = new Date(n++ * 1000).toISOString();
  const error = status === "failed" ? { code: "broke", message: `${iteration} broke`, retryable: false } : null;
  return {
    n,
    key,
    kind: "wait",
    name: null,
    iteration,
    attempt: 1,
    status,
    port: status === "success" ? port : null,
    error,
    startedAt: at,
    finishedAt: at,
    wrote: false,
  };
}

/** A tree in a line: `ask(approved: note; rejected: -) end`, what was not reached in brackets. */
function words(nodes: RunNode[]): string {
  return nodes
    .map(({ key, tries, lanes, loop }) => {
      const name = tries.length === 0 ? `[${key}]` : `${key}${tries.length > 1 ? `×${tries.length}` : ""}`;
      const ways = lanes.map((lane) => `${lane.taken ? "" : "~"}${lane.port}: ${words(lane.nodes) || "-"}`);
      const open = loop?.open ? `{${loop.open.item.iteration} ${words(loop.open.nodes)}}` : "";
      return `${name}${ways.length > 0 ? `(${ways.join("; ")})` : ""}${open}`;
    })
    .join(" ");
}

describe("the tree of a run", () => {
  beforeEach(() => {
    n = 0;
  });

  it("is a line when every step leads to one other", () => {
    const plan = graph(step("a", "wait", { success: "b" }), step("b", "wait", { success: "end" }));
    expect(words(runTree(plan, [line("a success")]))).to.equal("a [b]");
  });

  it("puts parallel branches side by side and what follows their join behind them", () => {
    const plan = graph(
      step("both", "parallel", { x: "mail", y: "note" }),
      step("mail", "email.send", { success: "meet" }),
      step("note", "note.create", { success: "meet" }),
      step("meet", "join", { success: "last" }),
      step("last", "end"),
    );
    const log = [line("both success", "x,y"), line("mail success"), line("note success"), line("meet success")];
    expect(words(runTree(plan, log))).to.equal("both(x: mail; y: note) meet [last]");
  });

  it("says which branch was taken, and keeps the one that was not", () => {
    const plan = graph(
      step("big", "condition", { true: "call", false: "mail" }),
      step("call", "task.create", { success: "end" }),
      step("mail", "email.send", { success: "end" }),
    );
    const log = [line("big success", "true"), line("call success"), line("mail skipped")];
    expect(words(runTree(plan, log))).to.equal("big(true: call; ~false: mail)");
  });

  it("does not indent when one way out leads to all that follows", () => {
    const plan = graph(
      step("gate", "condition", { true: "a", false: "end" }),
      step("a", "http.request", { success: "b", error: "repair" }),
      step("b", "wait", { success: "end" }),
      step("repair", "wait", { success: "end" }),
    );
    const log = [line("gate success", "true"), line("a failed"), line("repair success"), line("b skipped")];
    expect(words(runTree(plan, log))).to.equal("gate a(error: repair) b");
  });

  it("collects the tries of a step", () => {
    const plan = graph(step("call", "http.request", {}));
    const tree = runTree(plan, [line("call retrying"), line("call retrying"), line("call success")]);
    expect(words(tree)).to.equal("call×3");
  });

  const orders = graph(
    step("orders", "loop", { next: "check", done: "last" }),
    step("check", "condition", { true: "lines", false: "orders" }),
    step("lines", "loop", { next: "ship", done: "orders" }),
    step("ship", "http.request", { success: "lines" }),
    step("last", "end"),
  );
  const looped = () => [
    line("orders success", "done"),
    line("orders[0] check success", "false"),
    line("orders[1] check success", "true"),
    line("orders[1] lines success", "done"),
    line("orders[1]/lines[0] ship success"),
    line("orders[1]/lines[1] ship failed"),
    line("orders[2] check success", "false"),
  ];

  it("opens the first item that failed, through nested loops", () => {
    const tree = runTree(orders, looped());
    expect(words(tree)).to.equal("orders{orders[1] check lines{orders[1]/lines[1] ship}} [last]");
    expect(tree[0]?.loop?.items.map(({ status }) => status)).to.deep.equal(["success", "failed", "success"]);
    expect(tree[0]?.loop?.items[1]?.error).to.equal("orders[1]/lines[1] broke");
  });

  it("opens the item that is asked for", () => {
    expect(words(runTree(orders, looped(), "orders[2]"))).to.include("orders{orders[2] check}");
    expect(words(runTree(orders, looped(), "orders[1]/lines[0]"))).to.include("lines{orders[1]/lines[0] ship}");
  });

  it("keeps rows whose version is gone", () => {
    expect(words(runTree(null, looped().slice(0, 2)))).to.equal("orders check");
  });

  it("arranges a thousand items in a blink", () => {
    const rows = Array.from({ length: 1000 }, (_, at) => line(`orders[${at}] check success`, "false"));
    const started = performance.now();
    expect(runTree(orders, [line("orders success", "done"), ...rows])[0]?.loop?.items).to.have.length(1000);
    expect(performance.now() - started).to.be.below(500);
  });
});
