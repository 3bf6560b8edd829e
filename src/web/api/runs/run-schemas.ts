import { ref, type Schema } from "../route.js";
import { anything, count, id, instant, list, maybe, nullOr, object, open, text } from "../schema-parts.js";

/** What answers about runs, and why there is one or none, look like. */
export const runSchemas: Record<string, Schema> = {
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
      replayedBy: {
        ...maybe(id),
        description: "The run that runs this one again. It counts no more among the failed, or the skipped.",
      },
      failedSteps: count,
      keptMails: { ...count, description: "Steps whose mail was kept here, not sent: no mail server is set." },
      outputs: maybe(open),
      queuedAt: instant,
      startedAt: maybe(instant),
      finishedAt: maybe(instant),
      wakeAt: maybe(instant),
      moves: {
        ...list(object({ from: count, to: count, by: ref("Actor"), at: instant, n: count })),
        description:
          "To which versions it was moved; `n`: how many rows the log had then. Only when one run is asked for.",
      },
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
  Batch: object({
    id,
    automationId: maybe(id),
    object: maybe(text),
    total: count,
    status: text,
    counts: open,
    refused: count,
    waiting: count,
    createdAt: instant,
  }),
};
