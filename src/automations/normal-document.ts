import type { Document, Form } from "../graph/index.js";
import { isObject, type JsonObject } from "../shared/json.js";

/** A checked document with the members a person may leave out filled in: no triggers, no object, empty configs. */
export function normalDocument(input: Partial<Document>): Document {
  const { object = null, triggers = [], steps = [], ...rest } = input;
  return {
    object,
    triggers,
    ...rest,
    steps: steps.map((step) => ({ ...step, config: (step.config as JsonObject | undefined) ?? {} })),
  };
}

/** The form a document is written in, for whoever does not say: with ports written out it is a graph. */
export function writtenForm(input: unknown): Form {
  const steps = isObject(input) && Array.isArray(input["steps"]) ? input["steps"] : [];
  const wired = steps.some((step) => isObject(step) && isObject(step["next"]) && Object.keys(step["next"]).length > 0);
  return wired ? "graph" : "list";
}
