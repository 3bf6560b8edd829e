import { expect } from "chai";
import { unmetBy } from "../../src/insight/expectations.js";
import { type Expectations, expectedOf, type Simulation } from "../../src/insight/index.js";

const simulation: Simulation = {
  decision: "enrolled",
  reason: { code: "gate", message: "The condition did not hold." },
  conditions: null,
  form: "list",
  status: "completed",
  path: ["mark", "mail"],
  steps: [],
  diffs: [
    { object: "deal", recordId: "1", field: "status", before: null, after: "open" },
    { object: "task", recordId: "2", field: "deal", before: null, after: "01JD4Q8ZQX5N8V4K2W7M3T9RAB" },
  ],
  effects: [{ kind: "email.send", stepKey: "mail", rendered: { to: ["ann@demo.test"], subject: "Won: Fleet" } }],
  outputs: { total: 3 },
  assumptions: [],
  startsAt: "2026-01-01T00:00:00.000Z",
  endsAt: "2026-01-01T00:00:00.000Z",
};
const messages = (expectations: Expectations) => unmetBy(expectations, simulation).map(({ message }) => message);

describe("what a saved test expects", () => {
  it("is met by a simulation that does all of it", () => {
    const met: Expectations = {
      decision: "enrolled",
      reason: "gate",
      status: "completed",
      path: ["mark", "mail"],
      visits: ["mail"],
      avoids: ["call"],
      outputs: { total: 3 },
      values: [{ object: "deal", field: "status", value: "open" }],
      effects: [{ kind: "email.send", step: "mail", contains: "Won: Fl", count: 1 }, { count: 1 }],
    };
    expect(unmetBy(met, simulation)).to.deep.equal([]);
    expect(unmetBy({}, simulation)).to.deep.equal([]);
  });

  it("names each thing that came otherwise, with both sides", () => {
    expect(unmetBy({ path: ["mark"] }, simulation)).to.deep.equal([
      {
        expectation: "path",
        expected: ["mark"],
        actual: ["mark", "mail"],
        message: 'Expected ["mark"], and it is ["mark","mail"].',
      },
    ]);
    expect(messages({ decision: "refused", status: "failed", reason: "conditions" })).to.have.length(3);
    expect(messages({ visits: ["call"], avoids: ["mail"] })).to.deep.equal([
      'It does not come to "call".',
      'It comes to "mail".',
    ]);
    expect(messages({ outputs: { total: 4 } })).to.deep.equal(["Expected 4, and it is 3."]);
  });

  it("tells a field that does not change from one that changes otherwise", () => {
    expect(messages({ values: [{ field: "status", value: "won" }] })).to.deep.equal([
      'Expected status to become "won", and it becomes "open".',
    ]);
    expect(messages({ values: [{ object: "task", field: "status", value: "open" }] })).to.deep.equal([
      'Expected task.status to become "open", and it does not change.',
    ]);
  });

  it("counts effects by kind, step and text", () => {
    expect(messages({ effects: [{ kind: "slack.send" }] })).to.deep.equal([
      "Expected at least one slack.send, and there are 0.",
    ]);
    expect(messages({ effects: [{ kind: "email.send", contains: "Lost", count: 2 }] })).to.deep.equal([
      'Expected 2 email.send with "Lost", and there are 0.',
    ]);
    expect(messages({ effects: [{ count: 0 }] })).to.deep.equal(["Expected 0 effects, and there is 1."]);
  });

  it("is made from a result without what differs each time", () => {
    const made = expectedOf(simulation);
    expect(made.values).to.deep.equal([{ object: "deal", field: "status", value: "open" }]);
    expect(made.effects).to.deep.equal([{ kind: "email.send", step: "mail", count: 1 }]);
    expect(unmetBy(made, simulation)).to.deep.equal([]);
  });
});
