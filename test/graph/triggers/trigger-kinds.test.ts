import { expect } from "chai";
import type { Trigger } from "../../../src/graph/document.js";
import { checkTrigger, type TriggerObject } from "../../../src/graph/triggers/check-trigger.js";
import { triggerKinds, triggerRegistry } from "../../../src/graph/triggers/trigger-kinds.js";
import { triggerWords } from "../../../src/graph/triggers/trigger-words.js";

const deal: TriggerObject = {
  name: "deal",
  label: "Deal",
  fields: [
    { name: "name", type: "text" },
    { name: "amount", type: "money" },
    { name: "stage", type: "select", options: [{ value: "lead" }, { value: "won" }] },
    { name: "pipeline", type: "select", options: [{ value: "default" }] },
    { name: "renewalDate", type: "date" },
  ],
};

/** The problems of a trigger, each as `path: message`. */
function problems(trigger: object, object: TriggerObject | null = deal): string[] {
  return checkTrigger({ key: "t", ...trigger } as Trigger, object).map(({ path, message }) => `${path}: ${message}`);
}

describe("trigger registry", () => {
  it("lists every kind with its module, form and facts", () => {
    for (const kind of triggerRegistry()) {
      expect(kind.label, kind.kind).to.match(/^[A-Z]/);
      expect(kind.config["additionalProperties"], kind.kind).to.equal(false);
      expect(kind.facts, kind.kind).not.to.have.length(0);
    }
    expect([...triggerKinds.keys()]).to.include.members([
      "record.created",
      "record.updated",
      "stage.changed",
      "date",
      "schedule",
      "event",
      "manual",
    ]);
  });
  it("lists those of one module", () => {
    expect(triggerRegistry("time").map(({ kind }) => kind)).to.deep.equal(["date", "schedule"]);
    expect(triggerRegistry("nothing")).to.deep.equal([]);
  });
  it("every member of every form has a title", () => {
    for (const kind of triggerRegistry()) {
      for (const [name, schema] of Object.entries(kind.config["properties"] as object))
        expect(schema, `${kind.kind}.${name}`).to.have.property("title");
    }
  });
});

describe("trigger check: what is right", () => {
  const right: object[] = [
    { kind: "record.created" },
    {
      kind: "record.updated",
      fields: ["stage"],
      from: { any: true },
      to: "won",
      onCreate: true,
      when: {},
      inputs: { a: "b" },
    },
    { kind: "record.updated", fields: ["stage"], to: ["won", null] },
    { kind: "record.updated", fields: ["amount"], to: 5, becomes: true },
    { kind: "stage.changed", pipeline: "default", from: "lead", to: "won" },
    { kind: "date", field: "renewalDate", offset: "-60d", time: "09:00", repeat: "yearly", shift: "next business day" },
    {
      kind: "schedule",
      cron: "0 9 * * 1",
      timezone: "Europe/Berlin",
      catchUp: "all",
      times: 3,
      when: { all: [{ fact: "record", path: "stage", operator: "equal", value: "lead" }] },
    },
    { kind: "schedule", every: "week", on: ["monday"], at: "09:00", object: "deal" },
    { kind: "event", name: "order.shipped" },
    { kind: "manual", availability: ["record", "bulk"], label: "Send offer", confirm: "Really?" },
    { kind: "manual", availability: "record" },
  ];
  for (const trigger of right) it(JSON.stringify(trigger), () => expect(problems(trigger)).to.deep.equal([]));
  it("a schedule, an event and a button without an object", () => {
    for (const trigger of [
      { kind: "schedule", every: "1d" },
      { kind: "event", name: "x" },
      { kind: "manual", availability: "global" },
    ]) {
      expect(problems(trigger, null)).to.deep.equal([]);
    }
  });
});

describe("trigger check: what is wrong, and where", () => {
  const wrong: [trigger: object, says: RegExp][] = [
    [{ kind: "record.updatd" }, /^kind: .*Did you mean "record.updated"/],
    [{ kind: "record.created", fields: ["stage"] }, /^fields: .*not something/],
    [{ kind: "record.updated", feilds: ["stage"] }, /^feilds: .*Did you mean "fields"/],
    [{ kind: "record.updated", fields: "stage" }, /^fields: This must be array/],
    [{ kind: "record.updated", fields: ["stge"] }, /^fields\[0\]: .*Did you mean "stage"/],
    [{ kind: "record.updated", fields: [5] }, /^fields\[0\]: This must be string/],
    [{ kind: "record.updated", to: "won" }, /^to: Name the field/],
    [
      { kind: "record.updated", fields: ["stage"], to: "wno" },
      /^to: "wno" is not a stage of deal\. Did you mean "won"/,
    ],
    [{ kind: "record.updated", fields: ["stage"], from: { some: 1 } }, /^from: Write a value/],
    [{ kind: "record.updated", becomes: "yes" }, /^becomes: This must be boolean/],
    [{ kind: "stage.changed", pipeline: "other" }, /^pipeline: /],
    [{ kind: "date" }, /^field: "field" is missing/],
    [{ kind: "date", field: "amount" }, /^field: "amount" holds money/],
    [{ kind: "date", field: "renewalDate", offset: "soon" }, /^offset: /],
    [{ kind: "date", field: "renewalDate", offset: "-999999999d" }, /^offset: .*hundred years/],
    [{ kind: "date", field: "renewalDate", time: "9 o'clock" }, /^time: /],
    [{ kind: "date", field: "renewalDate", repeat: "monthly" }, /^repeat: .*yearly/],
    [{ kind: "date", field: "renewalDate", shift: "next busyness day" }, /^shift: .*Did you mean "next business day"/],
    [{ kind: "schedule" }, /^cron: A schedule needs/],
    [{ kind: "schedule", cron: "0 0 9 * * 1" }, /^cron: .*Seconds/],
    [{ kind: "schedule", cron: "0 9 * * 1", timezone: "Mars" }, /^timezone: /],
    [{ kind: "schedule", every: "1d", times: 0 }, /^times: .*at least 1/],
    [{ kind: "schedule", every: "1d", object: "contact" }, /^object: .*is on deal/],
    [
      {
        kind: "schedule",
        every: "1d",
        when: { any: [{ not: { fact: "changed", operator: "contains", value: "stage" } }] },
      },
      /^when.any\[0\].not: .*cannot read "changed"/,
    ],
    [{ kind: "event" }, /^name: "name" is missing/],
    [{ kind: "event", name: "order shipped" }, /^name: An event name/],
    [{ kind: "manual", availability: ["everywhere"] }, /^availability\[0\]: .*not one of record, bulk, global/],
    [{ kind: "manual", availability: "everywhere" }, /^availability: .*not one of/],
  ];
  for (const [trigger, says] of wrong)
    it(JSON.stringify(trigger), () => expect(problems(trigger).join("\n")).to.match(says));

  it("a record trigger without an object", () => {
    for (const kind of ["record.created", "stage.changed", "date"])
      expect(problems({ kind }, null)[0]).to.match(/^kind: .*choose an object/);
  });
  it("a record button, or an object of its own, without an object", () => {
    expect(problems({ kind: "manual", availability: ["bulk"] }, null)[0]).to.match(/^availability: /);
    expect(problems({ kind: "schedule", every: "1d", object: "deal" }, null)[0]).to.match(/^object: Choose deal/);
  });
  it("stages on an object that has none", () => {
    expect(problems({ kind: "stage.changed" }, { name: "note", label: "Note", fields: [] })[0]).to.equal(
      "kind: Note has no stages.",
    );
  });
});

describe("trigger words", () => {
  const labels = { object: "Deal", field: (name: string) => (name === "renewalDate" ? "Renewal date" : name) };
  const said: [object, string][] = [
    [{ kind: "record.created" }, "a deal is created"],
    [{ kind: "record.updated" }, "a deal is updated"],
    [
      { kind: "record.updated", fields: ["stage"], from: { any: true }, to: ["won", null] },
      "a deal's stage changes to won or blank",
    ],
    [{ kind: "stage.changed", from: "lead" }, "a deal changes its stage from lead"],
    [
      { kind: "date", field: "renewalDate", offset: "-60d", time: "09:00" },
      "it is at 09:00, 60 days before a deal's renewal date",
    ],
    [{ kind: "date", field: "renewalDate" }, "it is the day of a deal's renewal date"],
    [
      { kind: "schedule", every: "day", at: "09:00" },
      "it is time: every day at 09:00 (UTC), for every deal that meets the filter",
    ],
    [{ kind: "event", name: "order.shipped" }, "the event order.shipped arrives"],
    [{ kind: "manual" }, "somebody starts it"],
  ];
  for (const [trigger, words] of said)
    it(words, () => expect(triggerWords({ key: "t", ...trigger } as Trigger, labels)).to.equal(words));
});
