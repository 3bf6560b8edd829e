import { fromColumn, type Row } from "../../db/index.js";
import { iso } from "../../shared/clock.js";
import type { JsonObject } from "../../shared/json.js";
import { type Reason, type Run, readRun } from "../run.js";

/** A run as the API and the pages show it; `steps` only when one run was asked for. */
export type RunView = {
  id: string;
  automationId: string;
  automationName: string;
  version: number;
  object: string | null;
  recordId: string | null;
  status: Run["status"];
  reason: Reason | null;
  trigger: { kind: string; key: string | null; eventId: string; actor: Run["actor"] };
  inputs: JsonObject;
  parentRunId: string | null;
  batchId: string | null;
  replayOf: string | null;
  replayedBy: string | null;
  failedSteps: number;
  keptMails: number;
  outputs: JsonObject | null;
  queuedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  wakeAt: string | null;
  steps?: StepView[];
};

/** One try at a step as shown. */
export type StepView = {
  n: number;
  key: string;
  kind: string;
  name: string | null;
  iteration: string;
  attempt: number;
  status: string;
  input: unknown;
  output: unknown;
  port: string | null;
  error: { code: string; message: string; retryable: boolean } | null;
  conditions: unknown;
  writes: { object: string; recordId: string; field: string | null; before: unknown; after: unknown }[];
  idempotencyKey: string | null;
  startedAt: string;
  finishedAt: string | null;
};

/** What a run is listed with: all of it but the steps. From `millrace_runs r` and `millrace_automations a`. */
export const runColumns = `r.id, r.workspaceId, r.automationId, r.version, r.object, r.recordId, r.status, r.eventId, r.triggerKey, r.triggerKind, r.actor, r.reason,
  r.failedSteps, r.keptMails, r.inputs, r.outputs, r.parentRunId, r.batchId, r.replayOf, r.replayedBy, r.queuedAt, r.startedAt, r.finishedAt, r.wakeAt, a.name AS automationName`;

/** A row of `runColumns` as a RunView. */
export function viewOf(row: Row): RunView {
  const run = readRun(row);
  return {
    id: run.id,
    automationId: run.automationId,
    automationName: String(row["automationName"] ?? "(deleted automation)"),
    version: run.version,
    object: run.object,
    recordId: run.recordId,
    status: run.status,
    reason: run.reason,
    trigger: { kind: run.triggerKind, key: run.triggerKey, eventId: run.eventId, actor: run.actor },
    inputs: run.inputs,
    parentRunId: run.parentRunId,
    batchId: run.batchId,
    replayOf: run.replayOf,
    replayedBy: run.replayedBy,
    failedSteps: run.failedSteps,
    keptMails: run.keptMails,
    outputs: run.outputs,
    queuedAt: iso(run.queuedAt),
    startedAt: iso(run.startedAt),
    finishedAt: iso(run.finishedAt),
    wakeAt: run.status === "waiting" || run.status === "queued" ? iso(run.wakeAt) : null,
  };
}

/** A row of `millrace_steps` as a StepView. */
export function stepView(row: Row): StepView {
  return {
    n: Number(row["n"]),
    key: String(row["key"]),
    kind: String(row["kind"]),
    name: row["name"] as string | null,
    iteration: String(row["iteration"]),
    attempt: Number(row["attempt"]),
    status: String(row["status"]),
    input: fromColumn<unknown>(row["input"], null),
    output: fromColumn<unknown>(row["output"], null),
    port: row["port"] as string | null,
    error: fromColumn<StepView["error"]>(row["error"], null),
    conditions: fromColumn<unknown>(row["conditions"], null),
    writes: fromColumn<StepView["writes"]>(row["writes"], []),
    idempotencyKey: row["idempotencyKey"] as string | null,
    startedAt: iso(Number(row["startedAt"])),
    finishedAt: row["finishedAt"] === null ? null : iso(Number(row["finishedAt"])),
  };
}
