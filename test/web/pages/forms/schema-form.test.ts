import { expect } from "chai";
import { nothingKnown } from "../../../../src/web/pages/forms/form-known.js";
import { schemaForm } from "../../../../src/web/pages/forms/schema-form.js";

const automations = [{ value: "a1", label: "Welcome" }];
const place = { name: "config", known: { ...nothingKnown, automations } };

describe("a form from a schema", () => {
  it("offers the automations of the workspace, and keeps one it does not know", () => {
    const schema = { properties: { automation: { title: "Automation", type: "string", "x-hint": "automation" } } };
    const [field] = schemaForm(schema, { automation: "gone" }, place);
    expect(field?.control).to.equal("select");
    expect(field?.options.map(({ label, selected }) => [label, selected])).to.deep.equal([
      ["Welcome", false],
      ["gone", true],
    ]);
  });

  it("draws a list of objects row by row, with problems beside the fields of their row", () => {
    const items = { properties: { key: { title: "Key", type: "string" }, when: { "x-hint": "conditions" } } };
    const schema = { properties: { cases: { title: "Cases", type: "array", items, "x-rows": true } } };
    const problems = [
      { path: "cases[1].key", message: "taken" },
      { path: "cases[0].when.all[0].fact", message: "unknown" },
      { path: "cases", message: "too few" },
    ];
    const cases = [{ key: "a", when: { all: [{ fact: "x" }] } }, { key: "a" }];
    const [field] = schemaForm(schema, { cases }, { ...place, problems });
    expect(field?.problems.map(({ message }) => message)).to.deep.equal(["too few"]);
    const [first, second] = field?.rows ?? [];
    expect([first?.label, second?.label, second?.name]).to.deep.equal(["Case 1", "Case 2", "config.cases.rows[1]"]);
    expect(second?.fields[0]?.problems.map(({ message }) => message)).to.deep.equal(["taken"]);
    expect(first?.fields[1]?.conditions?.items[0]?.problems.map(({ message }) => message)).to.deep.equal(["unknown"]);
  });

  it("shows a list as JSON where it holds something else, or where rows cannot be added", () => {
    const items = { properties: { key: { type: "string" } } };
    const control = (part: object, value: unknown) =>
      schemaForm({ properties: { rows: { type: "array", items, ...part } } }, { rows: value }, place)[0]?.control;
    expect(control({ "x-rows": true }, [1])).to.equal("code");
    expect(control({ "x-rows": true }, "{{ inputs.rows }}")).to.equal("text");
    expect(control({}, [{ key: "a" }])).to.equal("code");
  });
});
