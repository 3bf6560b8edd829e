import { fromColumn, type Param, type Row } from "../db/index.js";
import { iso } from "../shared/clock.js";
import { notFound } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import type { Engine } from "./engine.js";
import { type Reason, type Run, readRun } from "./run.js";

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
  failedSteps: number;
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

/** Which runs a list shows. Instants are milliseconds; `status` may be several joined by commas. */
export type RunFilter = {
  automation?: string | undefined;
  object?: string | undefined;
  record?: string | undefined;
  status?: string | undefined;
  reason?: string | undefined;
  trigger?: string | undefined;
  batch?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

const columns = `r.id, r.workspaceId, r.automationId, r.version, r.object, r.recordId, r.status, r.eventId, r.triggerKey, r.triggerKind, r.actor, r.reason,
  r.failedSteps, r.parentRunId, r.batchId, r.replayOf, r.queuedAt, r.startedAt, r.finishedAt, r.wakeAt, a.name AS automationName`;

/** A page of runs, newest first, without their payloads. */
export async function listRuns(
  engine: Engine,
  workspaceId: string,
  filter: RunFilter = {},
): Promise<{ data: RunView[]; nextCursor: string | null }> {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 50), 1), 200);
  const { where, params } = conditionsOf(workspaceId, filter);
  const rows = await engine.db.all(
    `SELECT ${columns} FROM millrace_runs r LEFT JOIN millrace_automations a ON a.id = r.automationId WHERE ${where} ORDER BY r.id DESC LIMIT ${limit + 1}`,
    params,
  );
  const data = rows.slice(0, limit).map(viewOf);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** How many runs a filter finds, by status. */
export async function countRuns(
  engine: Engine,
  workspaceId: string,
  filter: RunFilter = {},
): Promise<Record<string, number>> {
  const { where, params } = conditionsOf(workspaceId, filter);
  const rows = await engine.db.all(
    `SELECT r.status, COUNT(*) AS n FROM millrace_runs r WHERE ${where} GROUP BY r.status`,
    params,
  );
  return Object.fromEntries(rows.map((row) => [String(row["status"]), Number(row["n"])]));
}

/** One run with every try at every step; 404 Problem when the workspace has no such run. */
export async function getRun(
  engine: Engine,
  workspaceId: string,
  id: string,
): Promise<RunView & { steps: StepView[] }> {
  const row = await engine.db.one(
    `SELECT ${columns}, r.inputs, r.outputs FROM millrace_runs r LEFT JOIN millrace_automations a ON a.id = r.automationId WHERE r.id = ? AND r.workspaceId = ?`,
    [id, workspaceId],
  );
  if (!row) throw notFound("run", id);
  const steps = await engine.db.all("SELECT * FROM millrace_steps WHERE runId = ? ORDER BY n", [id]);
  return { ...viewOf(row), steps: steps.map(stepView) };
}

/** Numbers of an automation for its page and the lists. */
export type RunStats = {
  total: number;
  completed: number;
  failed: number;
  skipped: number;
  active: number;
  lastRunAt: string | null;
};

/** The statistics of several automations at once. */
export async function statsOf(engine: Engine, automationIds: string[]): Promise<Map<string, RunStats>> {
  const stats = new Map<string, RunStats>(
    automationIds.map((id) => [id, { total: 0, completed: 0, failed: 0, skipped: 0, active: 0, lastRunAt: null }]),
  );
  if (automationIds.length === 0) return stats;
  const rows = await engine.db.all(
    `SELECT automationId, status, COUNT(*) AS n, MAX(queuedAt) AS lastAt FROM millrace_runs WHERE automationId IN (${automationIds.map(() => "?").join(",")}) GROUP BY automationId, status`,
    automationIds,
  );
  for (const row of rows) {
    const entry = stats.get(String(row["automationId"]));
    if (!entry) continue;
    const status = String(row["status"]);
    const n = Number(row["n"]);
    if (status === "completed" || status === "failed" || status === "skipped") entry[status] += n;
    else if (status !== "cancelled") entry.active += n;
    if (status !== "skipped") entry.total += n;
    const last = iso(Number(row["lastAt"]));
    if (status !== "skipped" && (entry.lastRunAt === null || last > entry.lastRunAt)) entry.lastRunAt = last;
  }
  return stats;
}

function conditionsOf(workspaceId: string, filter: RunFilter): { where: string; params: Param[] } {
  const where = ["r.workspaceId = ?"];
  const params: Param[] = [workspaceId];
  const narrow = (sql: string, value: string | number | undefined) => {
    if (value === undefined || value === "") return;
    where.push(sql);
    params.push(value);
  };
  const statuses = (filter.status ?? "").split(",").filter(Boolean);
  if (statuses.length > 0) {
    where.push(`r.status IN (${statuses.map(() => "?").join(",")})`);
    params.push(...statuses);
  }
  narrow("r.automationId = ?", filter.automation);
  narrow("r.object = ?", filter.object);
  narrow("r.recordId = ?", filter.record);
  narrow("r.reasonCode = ?", filter.reason);
  narrow("r.triggerKind = ?", filter.trigger);
  narrow("r.batchId = ?", filter.batch);
  narrow("r.queuedAt >= ?", filter.from);
  narrow("r.queuedAt <= ?", filter.to);
  narrow("r.id < ?", filter.cursor);
  return { where: where.join(" AND "), params };
}

function viewOf(row: Row): RunView {
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
    failedSteps: run.failedSteps,
    outputs: run.outputs,
    queuedAt: iso(run.queuedAt),
    startedAt: iso(run.startedAt),
    finishedAt: iso(run.finishedAt),
    wakeAt: run.status === "waiting" || run.status === "queued" ? iso(run.wakeAt) : null,
  };
}

function stepView(row: Row): StepView {
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
