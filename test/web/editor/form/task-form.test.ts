import { expect } from "chai";
import type { Document } from "../../../../src/graph/index.js";
import type { JsonObject } from "../../../../src/shared/json.js";
import { documentToForm } from "../../../../src/web/editor/form/document-form.js";
import { drawnDocument, formToDocument, rawDocument } from "../../../../src/web/editor/form/form-document.js";
import { formFields } from "../../../../src/web/editor/form/form-fields.js";
import type { SentForm } from "../../../../src/web/editor/form/sent-fields.js";
import { known } from "../editor-known.js";

const name = "document.steps[0].config.form";
const task = (form?: JsonObject): Document => ({
  object: "deal",
  triggers: [],
  steps: [{ key: "fill", kind: "human_task", config: { assignee: "owner", title: "Sign", ...(form && { form }) } }],
});
const fieldsOf = (document: Document) => formFields(documentToForm(document, known));
const formAfter = (document: Document, changes: SentForm) => {
  const sent = { ...fieldsOf(document), ...changes };
  return formToDocument(rawDocument(sent) ?? {}, drawnDocument(sent), known).document.steps[0]?.config["form"];
};
const contract: JsonObject = {
  type: "object",
  properties: {
    number: { type: "string", title: "Contract number", minLength: 3 },
    plan: { type: "string", enum: ["basic", "full"] },
  },
  required: ["number"],
};

describe("the form of a human task in the editor", () => {
  it("is a list of fields, and comes back as it was", () => {
    const sent = fieldsOf(task(contract));
    expect(sent).to.include({
      [`${name}.rows[0].title`]: "Contract number",
      [`${name}.rows[0].name`]: "number",
      [`${name}.rows[1].type`]: "choice",
      [`${name}.rows[1].choices`]: "basic, full",
    });
    expect(formAfter(task(contract), {})).to.deep.equal(contract);
  });

  it("takes changes field by field, and keeps what it does not show", () => {
    const changed = formAfter(task(contract), {
      [`${name}.rows[0].title`]: "Number",
      [`${name}.rows[1].choices`]: "basic, full, none",
    });
    expect(changed).to.have.nested.property("properties.number").that.deep.equals({
      type: "string",
      title: "Number",
      minLength: 3,
    });
    expect(changed).to.have.nested.property("properties.plan.enum").that.deep.equals(["basic", "full", "none"]);
  });

  it("begins with nothing; an added field has a name at once", () => {
    expect(formAfter(task(), {})).to.equal(undefined);
    const added = formAfter(task(), { [`${name}.rows[0].added`]: "true" });
    expect(added).to.deep.equal({
      type: "object",
      properties: { question1: { type: "string", title: "Question 1" } },
      required: [],
    });
  });

  it("stays JSON where a list could not tell it whole", () => {
    const odd = { ...contract, allOf: [{ required: ["plan"] }] };
    expect(JSON.parse(String(fieldsOf(task(odd))[name]))).to.deep.equal(odd);
    const nested = { type: "object", properties: { deep: { type: "object" } } };
    expect(fieldsOf(task(nested))[name]).to.be.a("string");
  });
});
