import { expect } from "chai";
import { changesInWords, type Document } from "../../../src/graph/index.js";

const before: Document = {
  object: "deal",
  triggers: [{ key: "won", kind: "stage.changed", to: "won" }],
  conditions: { all: [{ fact: "record", path: "amount", operator: "greaterThan", value: 1000 }] },
  variables: { days: 3 },
  steps: [
    { key: "mark", kind: "record.update", name: "Mark it", config: { values: { status: "onboarding" } } },
    { key: "task", kind: "task.create", name: "Task", config: { title: "Call" } },
    { key: "mail", kind: "email.send", name: "Mail", config: { to: "a@b.test", subject: "Hi", body: "B" } },
  ],
  limits: { runsPerMonth: 1000 },
};
const changed = (change: (document: Document) => void) => {
  const after = structuredClone(before);
  change(after);
  return changesInWords(before, after);
};
const stepOf = (document: Document, at: number) => document.steps[at] as Document["steps"][number];

describe("what changes between two documents", () => {
  it("is nothing when they are the same, however they are written down", () => {
    expect(changesInWords(before, structuredClone(before))).to.deep.equal([]);
    expect(changesInWords({ ...before, layout: { mark: { x: 1, y: 1 } } }, before)).to.deep.equal([]);
    expect(
      changesInWords(
        { object: null, triggers: [], steps: [], conditions: { all: [] } },
        { object: null, triggers: [], steps: [] },
      ),
    ).to.deep.equal([]);
  });

  it("tells of new, changed and missing triggers", () => {
    expect(changed(({ triggers }) => triggers.push({ key: "hand", kind: "manual" }))).to.deep.equal([
      "It also starts when manual (hand).",
    ]);
    expect(changed((document) => document.triggers.pop())).to.deep.equal([
      "It no longer starts when stage.changed (won).",
    ]);
    expect(changed(({ triggers }) => Object.assign(triggers[0] ?? {}, { to: "lost" }))).to.deep.equal([
      "When stage.changed (won): to changes from “won” to “lost”.",
    ]);
  });

  it("puts conditions into the caller's words", () => {
    const after = { ...before, conditions: { all: [] } };
    const conditions = () => "its amount is over 1,000";
    expect(changesInWords(before, after, { conditions })).to.deep.equal([
      "It no longer asks whether its amount is over 1,000.",
    ]);
    expect(changesInWords(after, before, { conditions })).to.deep.equal([
      "It goes on only if its amount is over 1,000.",
    ]);
  });

  it("tells of a step by what changed in it", () => {
    expect(
      changed((document) => Object.assign(stepOf(document, 0).config, { values: { status: "live", owner: "ada" } })),
    ).to.deep.equal(["The step “Mark it”: values.status changes from “onboarding” to “live”; values.owner is “ada”."]);
    expect(changed((document) => Object.assign(stepOf(document, 1), { disabled: true, timeout: "30s" }))).to.deep.equal(
      ["The step “Task”: switched off; the time-out is “30s”."],
    );
  });

  it("tells a moved step from a new one and a missing one", () => {
    expect(changed((document) => document.steps.reverse())).to.have.length(2);
    expect(changed(({ steps }) => steps.unshift(...steps.splice(2, 1)))).to.deep.equal([
      "The step “Mail” moves to place 1.",
    ]);
    const added = changed(({ steps }) =>
      steps.splice(1, 1, { key: "note", kind: "note.create", name: "Note", config: {} }),
    );
    expect(added).to.deep.equal(["Step 2 is new: Note.", "The step “Task” is gone."]);
  });

  it("tells where the ports of a graph lead now, by the names of the steps", () => {
    const wired = (next: Record<string, string>[]): Document => ({
      ...before,
      steps: before.steps.map((step, at) => ({ ...step, next: next[at] ?? {} })),
    });
    const graph = wired([{ success: "task" }, { success: "mail" }]);
    expect(changesInWords(graph, wired([{ success: "mail", error: "end" }, { success: "mail" }, {}]))).to.deep.equal([
      "The step “Mark it”: “success” leads to “Mail” instead of “Task”; “error” leads to the end instead of the error policy.",
    ]);
    expect(changesInWords(graph, wired([{ success: "task" }, { success: "mail" }, { success: "end" }]))).to.deep.equal(
      [],
    );
    const added = {
      ...graph,
      steps: [
        ...graph.steps,
        { key: "note", kind: "note.create", name: "Note", config: {}, next: { success: "mail" } },
      ],
    };
    expect(changesInWords(graph, added)).to.deep.equal(["Step 4 is new: Note; “success” leads to “Mail”."]);
    expect(changesInWords(graph, { ...graph, steps: [...graph.steps].reverse() })).to.deep.equal([
      "It begins with “Mail” instead of “Mark it”.",
    ]);
  });

  it("tells of inputs, variables and limits", () => {
    const lines = changed((document) => {
      document.inputs = { type: "object", properties: { why: { type: "string" } }, required: ["why"] };
      document.variables = { days: 5 };
      document.limits = {};
    });
    expect(lines).to.deep.equal([
      'The input “why” is new: {"type":"string"}.',
      "The variable “days” changes from 3 to 5.",
      "The limit of runs a month is no longer 1,000.",
    ]);
  });

  it("cuts long values", () => {
    const [line] = changed((document) => Object.assign(stepOf(document, 2).config, { body: "x".repeat(500) }));
    expect(line).to.have.length.below(200);
  });
});
