import type { Document } from "../graph/index.js";
import type { JsonObject } from "../shared/json.js";

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
