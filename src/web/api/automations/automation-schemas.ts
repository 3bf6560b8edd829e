import { documentSchema } from "../../../automations/index.js";
import { ref, type Schema } from "../route.js";
import { anything, count, id, instant, list, maybe, nullOr, object, open, text } from "../schema-parts.js";

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
  broken: {
    type: ["array", "null"],
    description: "What it used and somebody deleted all the same; null when whole. Publishing a version mends it.",
    items: {
      type: "object",
      properties: { message: text, paths: { type: "array", items: text } },
      required: ["message", "paths"],
    },
  },
  ifVersion: { ...text, description: "Hand it back to save only over what you have seen; also the ETag." },
  stats: ref("Stats"),
  createdAt: instant,
  updatedAt: instant,
};

/** What answers about automations and their versions look like. */
export const automationSchemas: Record<string, Schema> = {
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
  Move: object({
    id: nullOr(id),
    from: nullOr(count),
    to: count,
    map: open,
    by: ref("Actor"),
    at: nullOr(instant),
    done: { type: "boolean" },
    underWay: count,
    moved: count,
    cancelled: count,
    left: count,
    refused: count,
    refusals: list(object({ run: id, step: text, message: text })),
  }),
};
