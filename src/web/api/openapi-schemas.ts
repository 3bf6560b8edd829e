import { documentSchema } from "../../automations/index.js";
import { roles } from "../roles.js";
import { ref, type Schema } from "./route.js";

const text: Schema = { type: "string" };
const id: Schema = { type: "string", maxLength: 64 };
const instant: Schema = { type: "string", format: "date-time" };
const maybe = (schema: Schema): Schema => ({ ...schema, type: [schema["type"], "null"] });
const count: Schema = { type: "integer" };
const object = (properties: Record<string, Schema>, required: string[] = Object.keys(properties)): Schema => ({
  type: "object",
  properties,
  required,
});
const list = (items: Schema): Schema => ({ type: "array", items });
const anything: Schema = {};
const open: Schema = { type: "object" };
const nullOr = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

const automation: Record<string, Schema> = {
  id,
  name: text,
  description: text,
  tags: list(text),
  folder: maybe(text),
  form: { enum: ["list", "graph"] },
  object: maybe(text),
  status: { enum: ["draft", "active", "paused"] },
  publishedVersion: maybe(count),
  latestVersion: count,
  version: { ...count, description: "Which version `document` is." },
  state: { enum: ["draft", "published", "retired"] },
  document: open,
  sentence: text,
  ifVersion: { ...text, description: "Hand it back to save only over what you have seen; also the ETag." },
  stats: ref("Stats"),
  createdAt: instant,
  updatedAt: instant,
};

/** The shapes that answers have in common, by name, for `components/schemas`. */
export const schemas: Record<string, Schema> = {
  Problem: object({
    type: text,
    title: text,
    status: count,
    code: { ...text, description: "A stable word for programs." },
    detail: { ...text, description: "A sentence for people." },
    errors: list(object({ path: { ...text, description: "Dotted: `steps[2].config.to`." }, message: text })),
  }),
  Actor: object({ type: { enum: ["user", "key", "run", "import", "system", "host"] }, id: maybe(text), name: text }),
  Field: object(
    {
      name: text,
      label: text,
      type: text,
      required: { type: "boolean" },
      readOnly: { type: "boolean" },
      options: list(object({ value: text, label: text })),
    },
    ["name", "label", "type"],
  ),
  Object: object({
    name: text,
    label: text,
    plural: text,
    labelField: text,
    custom: { type: "boolean" },
    host: { type: "boolean" },
    fields: list(ref("Field")),
  }),
  Record: object({ id, object: text, values: open, version: count, createdAt: instant, updatedAt: instant }),
  Change: object({
    id: text,
    kind: text,
    at: instant,
    actor: ref("Actor"),
    changes: list(object({ field: text, old: anything, new: anything }, ["field"])),
    source: maybe(text),
  }),
  Document: documentSchema as Schema,
  DocumentProblem: object(
    { severity: { enum: ["error", "warning"] }, path: text, step: text, port: text, message: text },
    ["severity", "path", "message"],
  ),
  Stats: object({
    total: count,
    completed: count,
    failed: count,
    skipped: count,
    active: count,
    lastRunAt: maybe(instant),
  }),
  Automation: object(automation),
  Workflow: object({ ...automation, promoted: { type: "boolean" } }),
  Version: object({
    version: count,
    form: { enum: ["list", "graph"] },
    state: text,
    note: maybe(text),
    savedBy: nullOr(ref("Actor")),
    savedAt: instant,
    publishedBy: nullOr(ref("Actor")),
    publishedAt: maybe(instant),
  }),
  VersionDiff: object({
    a: count,
    b: count,
    words: list(text),
    changes: list(object({ path: text, before: anything, after: anything }, ["path"])),
  }),
  Impact: object({
    inFlight: list(object({ step: text, name: text, count, kept: { type: "boolean" } })),
    total: count,
  }),
  Reason: object({ code: text, message: text, details: open }, ["code", "message"]),
  Step: object(
    {
      key: text,
      kind: text,
      name: maybe(text),
      iteration: text,
      attempt: count,
      status: { enum: ["pending", "running", "success", "failed", "skipped", "waiting", "retrying", "unknown"] },
      input: anything,
      output: anything,
      port: maybe(text),
      error: nullOr(object({ code: text, message: text, retryable: { type: "boolean" } })),
      conditions: nullOr(ref("Explained")),
      idempotencyKey: maybe(text),
      startedAt: instant,
      finishedAt: maybe(instant),
    },
    ["key", "kind", "attempt", "status"],
  ),
  Run: object(
    {
      id,
      automationId: id,
      automationName: text,
      version: count,
      object: maybe(text),
      recordId: maybe(id),
      status: { enum: ["queued", "running", "waiting", "completed", "failed", "cancelled", "skipped"] },
      reason: nullOr(ref("Reason")),
      trigger: object({ kind: text, eventId: text, actor: ref("Actor") }),
      inputs: open,
      parentRunId: maybe(id),
      batchId: maybe(id),
      replayOf: maybe(id),
      failedSteps: count,
      outputs: maybe(open),
      queuedAt: instant,
      startedAt: maybe(instant),
      finishedAt: maybe(instant),
      wakeAt: maybe(instant),
      steps: { ...list(ref("Step")), description: "Every attempt a row; only when one run is asked for." },
    },
    ["id", "automationId", "version", "status", "reason", "trigger", "failedSteps", "queuedAt"],
  ),
  Explained: {
    description: "A rule tree with the values it saw: a group, or a leaf with both sides.",
    anyOf: [
      object({
        operator: { enum: ["all", "any", "not"] },
        result: { type: "boolean" },
        conditions: list(ref("Explained")),
      }),
      object(
        {
          id: text,
          fact: text,
          path: text,
          operator: text,
          left: anything,
          right: anything,
          result: { type: "boolean" },
          reason: text,
        },
        ["fact", "operator", "result"],
      ),
    ],
  },
  Explanation: object({
    event: object({ id: text, kind: text, at: instant, actor: ref("Actor"), changes: list(open) }),
    decision: { enum: ["enrolled", "refused"] },
    reason: nullOr(ref("Reason")),
    runId: maybe(id),
    conditions: nullOr(ref("Explained")),
  }),
  Simulation: object({
    decision: { enum: ["enrolled", "refused"] },
    reason: nullOr(ref("Reason")),
    conditions: nullOr(ref("Explained")),
    path: list(text),
    steps: list(open),
    diffs: list(
      object({ object: text, recordId: text, field: text, before: anything, after: anything }, [
        "object",
        "recordId",
        "field",
      ]),
    ),
    effects: list(object({ kind: text, rendered: open }, ["kind"])),
  }),
  Batch: object({
    id,
    automationId: id,
    object: maybe(text),
    total: count,
    status: text,
    counts: open,
    refused: count,
    createdAt: instant,
  }),
  Secret: object({ name: text, version: count, hosts: list(text), updatedAt: instant, updatedBy: maybe(text) }, [
    "name",
  ]),
  AuditEntry: object({ id: text, at: instant, actor: ref("Actor"), action: text, subject: maybe(text), details: open }),
  Person: object({
    id,
    email: text,
    name: text,
    role: { enum: [...roles] },
    active: { type: "boolean" },
    timezone: maybe(text),
  }),
  ApiKey: object({
    id,
    name: text,
    role: { enum: [...roles] },
    prefix: text,
    createdAt: instant,
    revokedAt: maybe(instant),
  }),
  Workspace: object({ id, slug: text, name: text, timezone: text, settings: open }),
};
