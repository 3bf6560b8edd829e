import { ref, type Schema } from "../route.js";
import { anything, count, id, instant, list, maybe, nullOr, object, open, text } from "../schema-parts.js";

/** The shapes of simulations and of the tests made from them. */
export const simulationSchemas: Record<string, Schema> = {
  GivenAnswer: {
    type: "object",
    description: "How a wait ends (`port`), what a call answers (`output`), or how it fails (`error`).",
    properties: {
      port: text,
      output: open,
      error: object({ code: text, message: text, retryable: { type: "boolean" } }, ["code", "message"]),
      after: { ...text, description: "How long the answer takes: `2d`." },
    },
    additionalProperties: false,
  },
  Simulation: object(
    {
      decision: { enum: ["enrolled", "refused"] },
      reason: nullOr(ref("Reason")),
      conditions: nullOr(ref("Explained")),
      form: { enum: ["list", "graph"] },
      status: { ...maybe(text), description: "`running` when it was cut short; the reason says why." },
      path: list(text),
      steps: { ...list(open), description: "A row for every try; `assumed` when nobody had said how it ends." },
      diffs: list(
        object({ object: text, recordId: text, field: text, before: anything, after: anything }, [
          "object",
          "recordId",
          "field",
        ]),
      ),
      effects: list(object({ kind: text, stepKey: text, rendered: open }, ["kind"])),
      outputs: maybe(open),
      assumptions: list(object({ step: text, iteration: text, port: text, message: text })),
      startsAt: instant,
      endsAt: instant,
      omitted: { ...object({ steps: count, effects: count }), description: "How many rows are not shown." },
    },
    ["decision", "reason", "conditions", "path", "steps", "diffs", "effects", "assumptions"],
  ),
  Expectations: {
    type: "object",
    description: "What is left out is free. `effects`: at least one such, or as many as `count` says.",
    properties: {
      decision: { enum: ["enrolled", "refused"] },
      reason: { ...text, description: "The code of the reason." },
      status: text,
      path: list(text),
      visits: list(text),
      avoids: list(text),
      outputs: open,
      values: list(object({ object: text, recordId: id, field: text, value: anything }, ["field", "value"])),
      effects: list(object({ kind: text, step: text, contains: text, count: { ...count, minimum: 0 } }, [])),
    },
    additionalProperties: false,
  },
  Test: object({
    id,
    automationId: id,
    name: text,
    request: open,
    snapshot: { ...maybe(open), description: "The record's values when the test was made." },
    expectations: ref("Expectations"),
    lastResult: nullOr(
      object({
        passed: { type: "boolean" },
        at: instant,
        version: count,
        unmet: list(
          object({ expectation: text, expected: anything, actual: anything, message: text }, [
            "expectation",
            "message",
          ]),
        ),
      }),
    ),
    savedBy: nullOr(ref("Actor")),
    createdAt: instant,
    updatedAt: instant,
  }),
};
