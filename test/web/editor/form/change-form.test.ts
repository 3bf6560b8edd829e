import { expect } from "chai";
import type { Document } from "../../../../src/graph/index.js";
import { changeForm } from "../../../../src/web/editor/form/change-form.js";
import { documentToForm } from "../../../../src/web/editor/form/document-form.js";
import { drawnDocument, formToDocument, rawDocument } from "../../../../src/web/editor/form/form-document.js";
import { formFields } from "../../../../src/web/editor/form/form-fields.js";
import { everything, known } from "../editor-known.js";

/** The document after a button was pressed on the form of another one, and what the page is told. */
function pressed(document: Document, button: string) {
  const sent = formFields(documentToForm(document, known));
  const raw = rawDocument(sent) ?? {};
  const was = drawnDocument(sent);
  const change = changeForm(raw, button, was);
  return { change, document: formToDocument(raw, was, known).document };
}

const keys = ({ document }: { document: Document }) => document.steps.map(({ key }) => key);
const three: Document = {
  object: "deal",
  triggers: [{ key: "won", kind: "stage.changed", to: "won" }],
  conditions: {
    all: [
      { fact: "record", path: "amount", operator: "greaterThan", value: 5 },
      { any: [{ fact: "record", path: "stage", operator: "equal", value: "won" }] },
    ],
  },
  steps: ["a", "b", "c"].map((key) => ({ key, kind: "note.create", config: { body: `Note ${key}` } })),
};

describe("the buttons of the editor's form", () => {
  it("adds a step at a place, under a key of its own", () => {
    const { change, document } = pressed(three, "step:1:note.create");
    expect(keys({ document })).to.deep.equal(["a", "note_create", "b", "c"]);
    expect(document.steps[1]).to.deep.equal({ key: "note_create", kind: "note.create", config: {} });
    expect(change.row).to.equal("document.steps[1]");
    expect(keys(pressed(document, "step:99:note.create"))).to.deep.equal([
      "a",
      "note_create",
      "b",
      "c",
      "note_create_2",
    ]);
  });

  it("moves, duplicates and removes a step with all its settings", () => {
    expect(keys(pressed(three, "up:document.steps[2]"))).to.deep.equal(["a", "c", "b"]);
    expect(keys(pressed(three, "down:document.steps[0]"))).to.deep.equal(["b", "a", "c"]);
    expect(keys(pressed(three, "up:document.steps[0]"))).to.deep.equal(["a", "b", "c"]);
    expect(keys(pressed(three, "remove:document.steps[1]"))).to.deep.equal(["a", "c"]);
    const { document, change } = pressed(three, "copy:document.steps[0]");
    expect(document.steps.slice(0, 2)).to.deep.equal([three.steps[0], { ...three.steps[0], key: "a_2" }]);
    expect(change.row).to.equal("document.steps[1]");
  });

  it("duplicates what the form cannot show as well", () => {
    const { document } = pressed(everything, "copy:document.steps[1]");
    expect(document.steps[2]).to.deep.equal({ ...everything.steps[1], key: "thank_2" });
    expect(document.steps.filter(({ key }) => key !== "thank_2")).to.deep.equal(everything.steps);
  });

  it("switches a step off and on", () => {
    const { document } = pressed(three, "disable:document.steps[1]");
    expect(document.steps[1]).to.deep.equal({ ...three.steps[1], disabled: true });
    expect(pressed(document, "disable:document.steps[1]").document).to.deep.equal(three);
  });

  it("adds and removes triggers", () => {
    const { document } = pressed(three, "trigger:record.created");
    expect(document.triggers).to.deep.equal([...three.triggers, { key: "record_created", kind: "record.created" }]);
    expect(pressed(three, "remove:document.triggers[0]").document.triggers).to.deep.equal([]);
  });

  it("adds rows and groups to conditions, nests them, and takes them out", () => {
    const all = (result: { document: Document }) => result.document.conditions?.["all"] as object[];
    expect(all(pressed(three, "add:document.conditions.items"))[2]).to.deep.equal({
      fact: "",
      operator: "equal",
      value: null,
    });
    expect(all(pressed(three, "group:document.conditions.items[1].items"))[1]).to.deep.include({
      any: [
        { fact: "record", path: "stage", operator: "equal", value: "won" },
        { any: [{ fact: "", operator: "equal", value: null }] },
      ],
    });
    expect(all(pressed(three, "remove:document.conditions.items[1]"))).to.have.length(1);
    expect(pressed({ ...three, conditions: {} }, "add:document.conditions.items").document.conditions).to.deep.equal({
      all: [{ fact: "", operator: "equal", value: null }],
    });
  });

  it("compares with another field, and with a value again", () => {
    const leafOf = (result: { document: Document }) =>
      ((result.document.conditions?.["all"] ?? []) as { value: unknown }[])[0];
    const asked = pressed(three, "compare:document.conditions.items[0]");
    expect(leafOf(asked)?.value).to.deep.equal({ fact: "record" });
    expect(leafOf(pressed(asked.document, "compare:document.conditions.items[0]"))?.value).to.equal(null);
  });

  it("takes a row out of named values and inputs", () => {
    const { document } = pressed(everything, "remove:document.variables.rows[0]");
    expect(Object.keys(document.variables ?? {})).to.deep.equal(Object.keys(everything.variables ?? {}).slice(1));
    expect(
      Object.keys((pressed(everything, "remove:document.inputs[0]").document.inputs?.["properties"] ?? {}) as object),
    ).to.deep.equal(["size", "tree"]);
  });

  it("only asks where a step goes, or for which one names are offered", () => {
    expect(pressed(three, "insert:1")).to.deep.equal({ change: { row: null, insert: 1, pick: null }, document: three });
    expect(pressed(three, "pick:2").change.pick).to.equal(2);
  });

  it("does nothing on words it does not know", () => {
    for (const button of [
      "",
      "save",
      "fly:document.steps[0]",
      "remove:document.__proto__",
      "up:other.steps[0]",
      "step:1:<script>",
      "remove:document.steps[99]",
      "disable:document.steps[99]",
    ]) {
      expect(pressed(three, button).document, button).to.deep.equal(three);
    }
  });
});
