import { writtenForm } from "../../automations/index.js";
import type { Document, Form } from "../../graph/index.js";
import { invalid } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { saidOf } from "../names/said.js";

/** An exported automation, or a document alone, as it was written: nothing is rewritten, so that exporting gives it back. */
export function fromOwn(input: JsonObject): {
  name: string;
  description: string;
  tags: string[];
  form: Form;
  document: Document;
} {
  const document = input["document"] ?? (Array.isArray(input["steps"]) ? input : undefined);
  if (!isObject(document)) {
    throw invalid([
      { path: "document", message: "This is not an exported Millrace automation: it has no `document`." },
    ]);
  }
  const whole = input["document"] !== undefined;
  const { name, description, form, tags } = whole ? input : {};
  return {
    name: typeof name === "string" ? name : "Imported automation",
    description: typeof description === "string" ? description : "",
    tags: Array.isArray(tags) ? tags.map(saidOf) : [],
    form: form === "graph" || form === "list" ? form : writtenForm(document),
    document: document as Document,
  };
}
