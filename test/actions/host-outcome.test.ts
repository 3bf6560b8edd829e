import { expect } from "chai";
import { hostOutcome } from "../../src/actions/host-outcome.js";
import { type ActionKind, type ActionTable, defineAction, type Outcome } from "../../src/actions/index.js";

const table: ActionTable = new Map();
defineAction(table, {
  kind: "bank.ask",
  title: "Ask the bank",
  // Where it stands in the menu says nothing of whose it is.
  group: "Outside",
  description: "",
  config: { type: "object" },
  output: {},
  ports: ["good", "bad"],
  effect: "none",
  sentence: () => "ask the bank",
  perform: async () => ({ type: "done" }),
});
const kind = table.get("bank.ask") as ActionKind;
/** What becomes of something a host returned, whatever its types said. */
const came = (returned: unknown) => hostOutcome(kind, {}, returned as Outcome);
const fault = (returned: unknown) => {
  const outcome = came(returned);
  return outcome.type === "fail" ? outcome.error.message : null;
};
const wait = { kind: "answer", deadlineAt: 1, timeoutPort: "bad" };

describe("what a host's own step returns", () => {
  it("is an outcome, by ports it has", () => {
    expect(came({ type: "done", output: { at: new Date(0) }, port: "good" })).to.deep.equal({
      type: "done",
      output: { at: "1970-01-01T00:00:00.000Z" },
      port: "good",
    });
    expect(fault({ type: "done", port: "goood" })).to.equal(
      '"bank.ask" returned the port "goood", which it does not have. Did you mean "good"?',
    );
    expect(fault(undefined)).to.include("no outcome");
    expect(fault({ type: "finished" })).to.include("no outcome");
    expect(fault({ type: "fail", error: "no" })).to.include("without an error of code and message");
  });

  it("waits as its own kind, until an instant that is one", () => {
    expect(came({ type: "wait", for: { ...wait, from: "approval" } })).to.deep.equal({
      type: "wait",
      for: { ...wait, from: "host", details: {} },
    });
    expect(fault({ type: "wait" })).to.include('what "for"');
    expect(fault({ type: "wait", for: { kind: "instant", at: "soon" } })).to.include('"at"');
    expect(fault({ type: "wait", for: { ...wait, deadlineAt: undefined } })).to.include('"deadlineAt"');
    expect(fault({ type: "wait", for: { ...wait, timeoutPort: "late" } })).to.include('the port "late"');
    expect(fault({ type: "wait", for: { kind: "items", items: [] } })).to.include("neither");
  });
});
