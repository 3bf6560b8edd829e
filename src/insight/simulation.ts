import type { RecordedEffect } from "../effects/index.js";
import type { Verdict } from "../enrollments/index.js";
import type { Document, Form } from "../graph/index.js";
import type { Reason, Run } from "../runs/index.js";
import type { JsonObject } from "../shared/json.js";

/**
 * How a step that waits for somebody, or asks another system, is to end. `port` and `output` as later steps find them,
 * or the `error` of a call. `after`, a duration, is how long the answer to a wait takes; left out, it comes at once.
 */
export type GivenAnswer = {
  port?: string | undefined;
  output?: JsonObject | undefined;
  error?: { code: string; message: string; retryable?: boolean | undefined } | undefined;
  after?: string | undefined;
};

/** Answers by step key: one for every visit of the step, or a list with one for each visit in turn. */
export type GivenAnswers = Record<string, GivenAnswer | GivenAnswer[]>;

/** The event a simulation starts from: a stored one by its id, or one made up. `changes` are new values by field. */
export type GivenEvent = {
  id?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
  changes?: JsonObject | undefined;
  data?: JsonObject | undefined;
};

/**
 * What to simulate: a record, changes made to it first, inputs, and a document other than the stored draft (`form` says
 * how it is written, when its ports do not). `at` is the instant the virtual clock begins at.
 */
export type SimulationRequest = {
  recordId?: string | undefined;
  changes?: JsonObject | undefined;
  inputs?: JsonObject | undefined;
  document?: Document | undefined;
  form?: Form | undefined;
  event?: GivenEvent | undefined;
  answers?: GivenAnswers | undefined;
  at?: string | undefined;
};

/** Something nobody said and the simulation had to take for granted. */
export type Assumption = { step: string; iteration: string; port: string; message: string };

/** One field a run would have changed: its first value and its last. */
export type FieldDiff = { object: string; recordId: string; field: string; before: unknown; after: unknown };

/**
 * What a run would have done. Nothing was sent, and nothing stored. A step row that ended as nobody had said carries
 * `assumed: true`. `status` is `running` when the simulation was cut short, and the reason then says why.
 */
export type Simulation = {
  decision: "enrolled" | "refused";
  reason: Reason | null;
  conditions: Verdict["conditions"];
  form: Form;
  status: Run["status"] | null;
  path: string[];
  steps: JsonObject[];
  diffs: FieldDiff[];
  effects: RecordedEffect[];
  outputs: JsonObject | null;
  assumptions: Assumption[];
  startsAt: string;
  endsAt: string;
};
