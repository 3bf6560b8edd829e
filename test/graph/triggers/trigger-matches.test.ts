import { expect } from "chai";
import type { Trigger } from "../../../src/graph/document.js";
import {
  eventKinds,
  type TriggerEvent,
  triggerMatches,
  watchedFields,
} from "../../../src/graph/triggers/trigger-matches.js";
import { type FieldTypeName, isAlike } from "../../../src/rules/index.js";

const trigger = (kind: string, config: object = {}): Trigger => ({ key: "t", kind, ...config });

/** A deal whose fields changed: `{ stage: ["lead", "won"] }`. */
function updated(changes: Record<string, [unknown, unknown]>, record: object = {}): TriggerEvent {
  const list = Object.entries(changes).map(([field, [old, now]]) => ({ field, old, new: now }));
  return { kind: "record.updated", name: null, changes: list, record: { id: "1", ...record }, data: {} };
}

const event = (kind: string, more: Partial<TriggerEvent> = {}): TriggerEvent => ({
  kind,
  name: null,
  changes: [],
  record: null,
  data: {},
  ...more,
});

function expectMatch(of: Trigger, on: TriggerEvent, matches: boolean): void {
  const found = triggerMatches(of, on);
  expect(found.matches, found.reason).to.equal(matches);
  if (!matches) expect(found.reason).to.be.a("string").and.match(/\.$/);
}

describe("trigger matching: which field changed", () => {
  it("any field, when none is named", () => expectMatch(trigger("record.updated"), updated({ amount: [1, 2] }), true));
  it("one of those named", () => {
    expectMatch(trigger("record.updated", { fields: ["stage", "amount"] }), updated({ amount: [1, 2] }), true);
    expectMatch(trigger("record.updated", { fields: ["stage"] }), updated({ amount: [1, 2] }), false);
  });
  it("says what changed and what was wanted", () => {
    const match = triggerMatches(
      trigger("record.updated", { fields: ["stage"], to: "won" }),
      updated({ stage: ["lead", "lost"] }),
    );
    expect(match.reason).to.equal('stage changed from "lead" to "lost"; the trigger wants to "won".');
  });
});

describe("trigger matching: from and to", () => {
  it("compare by the field's type when it is told", () => {
    const alike = (type: FieldTypeName) => (_field: string, wanted: unknown, value: unknown) =>
      isAlike(wanted, value, type, "Europe/Berlin");
    const matches = (type: FieldTypeName, config: object, change: [unknown, unknown]) =>
      triggerMatches(trigger("record.updated", { fields: ["f"], ...config }), updated({ f: change }), alike(type))
        .matches;
    expect(matches("datetime", { to: "2026-03-02T10:00:00+01:00" }, [null, "2026-03-02T09:00:00.000Z"])).to.equal(true);
    expect(matches("multiSelect", { to: [["a", "b"]] }, [[], ["b", "a"]])).to.equal(true);
    expect(matches("boolean", { from: false, to: true }, [null, true])).to.equal(true);
    expect(matches("number", { to: "1.0" }, [0, 1])).to.equal(true);
    expect(matches("number", { to: "2" }, [0, 1])).to.equal(false);
  });

  const cases: [config: object, change: [unknown, unknown], matches: boolean][] = [
    [{ to: "won" }, ["lead", "won"], true],
    [{ to: "won" }, ["lead", "lost"], false],
    [{ from: "lead", to: "won" }, ["lead", "won"], true],
    [{ from: "proposal", to: "won" }, ["lead", "won"], false],
    [{ from: { any: true }, to: "won" }, [null, "won"], true],
    [{ to: { any: true } }, ["lead", null], true],
    [{ from: null }, [null, "lead"], true],
    [{ from: null }, ["", "lead"], true],
    [{ from: null }, ["lead", "won"], false],
    [{ to: null }, ["lead", null], true],
    [{ to: null }, ["lead", []], true],
    [{ to: null }, ["lead", "won"], false],
    [{ to: ["won", "lost"] }, ["lead", "lost"], true],
    [{ to: ["won", "lost"] }, ["lead", "proposal"], false],
    [{ from: [null, "lead"], to: "won" }, [null, "won"], true],
    [{ to: "5" }, [4, 5], true],
    [{ to: 5 }, [4, "5.0"], true],
    [{ to: "true" }, [false, true], true],
    [{ to: 0 }, [4, null], false],
    [{ to: "vip" }, [["old"], ["old", "vip"]], true],
    [{ to: ["vip", "press"] }, [[], ["press"]], true],
  ];
  for (const [config, change, matches] of cases) {
    it(`${JSON.stringify(config)} ${matches ? "takes" : "leaves"} ${JSON.stringify(change)}`, () => {
      expectMatch(trigger("record.updated", { fields: ["f"], ...config }), updated({ f: change }), matches);
    });
  }
  it("both sides must hold for one and the same field", () => {
    const both = trigger("record.updated", { fields: ["a", "b"], from: 1, to: 2 });
    expectMatch(both, updated({ a: [1, 3], b: [0, 2] }), false);
    expectMatch(both, updated({ a: [1, 2], b: [0, 3] }), true);
  });
});

describe("trigger matching: on creation", () => {
  const created = (record: object) => event("record.created", { record: { ...record } });
  it("only when asked for", () =>
    expectMatch(trigger("record.updated", { fields: ["stage"] }), created({ stage: "won" }), false));
  it("every new record when neither from nor to is named", () =>
    expectMatch(trigger("record.updated", { fields: ["stage"], onCreate: true }), created({}), true));
  it("a new record that has the value", () => {
    const won = trigger("record.updated", { fields: ["stage"], to: "won", onCreate: true });
    expectMatch(won, created({ stage: "won" }), true);
    expectMatch(won, created({ stage: "lead" }), false);
  });
  it("a new record comes from blank", () => {
    expectMatch(
      trigger("record.updated", { fields: ["stage"], from: "lead", to: "won", onCreate: true }),
      created({ stage: "won" }),
      false,
    );
    expectMatch(
      trigger("record.updated", { fields: ["stage"], from: null, onCreate: true }),
      created({ stage: "won" }),
      true,
    );
  });
});

describe("trigger matching: the other kinds", () => {
  it("saved takes creations and updates, nothing else", () => {
    expectMatch(trigger("record.saved"), event("record.created"), true);
    expectMatch(trigger("record.saved"), updated({ a: [1, 2] }), true);
    expectMatch(trigger("record.saved"), event("record.deleted"), false);
  });
  it("deleted and restored take their own", () => {
    expectMatch(trigger("record.deleted"), event("record.deleted"), true);
    expectMatch(trigger("record.restored"), event("record.restored"), true);
    expectMatch(trigger("record.restored"), event("record.created"), false);
  });
  it("a stage, in its pipeline", () => {
    const moved = updated({ stage: ["lead", "won"] }, { pipeline: "default" });
    expectMatch(trigger("stage.changed"), moved, true);
    expectMatch(trigger("stage.changed", { pipeline: "default", from: ["lead"], to: "won" }), moved, true);
    expectMatch(trigger("stage.changed", { pipeline: "partners" }), moved, false);
    expectMatch(trigger("stage.changed", { to: "lost" }), moved, false);
    expectMatch(trigger("stage.changed"), updated({ amount: [1, 2] }), false);
  });
  it("a named event, by its exact name", () => {
    expectMatch(trigger("event", { name: "order.shipped" }), event("event", { name: "order.shipped" }), true);
    expectMatch(trigger("event", { name: "order.shipped" }), event("event", { name: "order.Shipped" }), false);
  });
  it("schedule and date, when the start is for this trigger of this automation", () => {
    for (const kind of ["schedule", "date"]) {
      const tick = event(kind, { data: { automationId: "A", triggerKey: "t" } });
      expectMatch(trigger(kind), { ...tick, automationId: "A" }, true);
      expectMatch(trigger(kind), { ...tick, automationId: "B" }, false);
      expectMatch(trigger(kind), event(kind, { data: { automationId: "A", triggerKey: "other" } }), false);
    }
  });
  it("manual, whichever manual trigger, unless another is named", () => {
    expectMatch(trigger("manual"), event("manual", { data: { triggerKey: "manual" } }), true);
    expectMatch(trigger("manual"), event("manual", { data: { automationId: "A" }, automationId: "A" }), true);
    expectMatch(trigger("manual"), event("manual", { data: { automationId: "A", triggerKey: "other" } }), false);
    expectMatch(trigger("manual"), event("manual", { data: { automationId: "A" }, automationId: "B" }), false);
  });
});

describe("trigger matching: what the index asks", () => {
  it("the kinds of event", () => {
    expect(eventKinds(trigger("record.updated"))).to.deep.equal(["record.updated"]);
    expect(eventKinds(trigger("record.updated", { onCreate: true }))).to.deep.equal([
      "record.updated",
      "record.created",
    ]);
    expect(eventKinds(trigger("stage.changed"))).to.deep.equal(["record.updated"]);
    expect(eventKinds(trigger("something.new"))).to.deep.equal(["something.new"]);
  });
  it("the watched fields", () => {
    expect(watchedFields(trigger("record.updated", { fields: ["stage"] }))).to.deep.equal(["stage"]);
    expect(watchedFields(trigger("record.updated"))).to.deep.equal([]);
    expect(watchedFields(trigger("stage.changed"))).to.deep.equal(["stage"]);
    expect(watchedFields(trigger("record.created", { fields: ["x"] }))).to.deep.equal([]);
  });
});
