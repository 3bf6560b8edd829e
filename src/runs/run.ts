import type { Actor, Ancestor } from "../crm/index.js";
import { fromColumn, type Row, toColumn } from "../db/index.js";
import type { Arrivals, Position } from "../graph/index.js";
import type { JsonObject } from "../shared/json.js";
import type { Day } from "../shared/local-day.js";

/** The statuses a run is stored with; the first three may still change. */
export type RunStatus = "queued" | "running" | "waiting" | "completed" | "failed" | "cancelled" | "skipped";

/** Why a run was refused, ended early or failed: a stable code, a sentence, and the values that decided it. */
export type Reason = { code: string; message: string; details?: JsonObject };

/** Until when a place rests. `retry`: it is tried again then. `n`: the row of the step log that says so. `token`: what an answer must show. */
export type Wait = {
  at: number;
  retry?: true;
  n?: number;
  token?: string;
  answer?: Answer;
  timeoutPort?: string;
  output?: JsonObject;
  /** Whether the effect happened is not known; a person is asked. */
  unknown?: true;
  /** Its instant comes from the record: an answer means that the record has changed. */
  follows?: true;
};

/**
 * What ended a wait before its time: the port to leave by, what to hand on and, if that is `error`, why. `failures`: how
 * many of what it waited for failed.
 */
export type Answer = {
  port: string;
  output: JsonObject;
  error?: { code: string; message: string };
  failures?: number;
};

/** A step ready to be tried, or resting. */
export type Place = Position & { wait?: Wait };

/** A loop under way: which item it is at, and how it has gone. Its items lie in row `n` of the step log. */
export type LoopFrame = {
  key: string;
  iteration: string;
  n: number;
  index: number;
  length: number;
  errors: number;
  onItemError: "stop" | "continue" | "break";
  itemVariable: string | null;
  truncated: boolean;
  /** No further item: the loop leaves by this port when the one in hand is over. */
  leaveBy?: string;
  /** Why it leaves by `error`. */
  error?: { code: string; message: string; retryable: boolean };
};

/** Where a run stands between two claims. `steps` counts the rows of its log. */
export type RunState = {
  ready: Place[];
  arrivals: Arrivals;
  loops: LoopFrame[];
  vars: JsonObject;
  steps: number;
  /**
   * Rows of the log a later claim has to read: by key the last one that ended, and those announced and not ended. Left out
   * where rows were written another way (by a move, a replay): then they are looked for in the whole log, once.
   */
  ended?: Record<string, number>;
  open?: number[];
  /** A move to another version gave steps other keys: rows of the log up to `n` go by these. */
  renamed?: { n: number; names: Record<string, string> }[];
  /** The run goes on from where another failed: rows of the log up to this one are what that one did. */
  kept?: number;
};

/** One enrollment carried out on one version. Instants in milliseconds. */
export type Run = {
  id: string;
  workspaceId: string;
  automationId: string;
  version: number;
  object: string | null;
  recordId: string | null;
  status: RunStatus;
  eventId: string;
  triggerKey: string | null;
  triggerKind: string;
  actor: Actor;
  inputs: JsonObject;
  reason: Reason | null;
  state: RunState | null;
  outputs: JsonObject | null;
  failedSteps: number;
  /** Steps whose mail was kept here, since no mail server is set: it was not sent. */
  keptMails: number;
  lineage: Ancestor[];
  parentRunId: string | null;
  batchId: string | null;
  replayOf: string | null;
  /** The run that runs this one again; then it counts no more among those that failed or were refused. */
  replayedBy: string | null;
  /** 0 for the run an event started; replays of it count from 1. */
  replay: number;
  threadId: string | null;
  /** Its number in the queue of its automation and record; null where runs do not wait for each other. */
  queueNumber: number | null;
  queuedAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  deadlineAt: number | null;
  wakeAt: number | null;
  /** The day it was queued on, in the zone its workspace had then. */
  day: Day;
  fence: number;
  claims: number;
};

/** The statuses that may still change. */
export const unfinished = ["queued", "running", "waiting"] as const;

const instant = (column: Row[string] | undefined) => (column === null || column === undefined ? null : Number(column));
const text = (column: Row[string] | undefined) => (column === null || column === undefined ? null : String(column));

/** A row of `millrace_runs` as a Run. */
export function readRun(row: Row): Run {
  return {
    id: String(row["id"]),
    workspaceId: String(row["workspaceId"]),
    automationId: String(row["automationId"]),
    version: Number(row["version"]),
    object: text(row["object"]),
    recordId: text(row["recordId"]),
    status: row["status"] as RunStatus,
    eventId: String(row["eventId"]),
    triggerKey: text(row["triggerKey"]),
    triggerKind: String(row["triggerKind"]),
    actor: fromColumn<Actor>(row["actor"], { type: "system", id: null, name: "Millrace" }),
    inputs: fromColumn<JsonObject>(row["inputs"], {}),
    reason: fromColumn<Reason | null>(row["reason"], null),
    state: fromColumn<RunState | null>(row["state"], null),
    outputs: fromColumn<JsonObject | null>(row["outputs"], null),
    failedSteps: Number(row["failedSteps"] ?? 0),
    keptMails: Number(row["keptMails"] ?? 0),
    lineage: fromColumn<Ancestor[]>(row["lineage"], []),
    parentRunId: text(row["parentRunId"]),
    batchId: text(row["batchId"]),
    replayOf: text(row["replayOf"]),
    replayedBy: text(row["replayedBy"]),
    replay: Number(row["replay"] ?? 0),
    threadId: text(row["threadId"]),
    queueNumber: instant(row["queueNumber"]),
    queuedAt: Number(row["queuedAt"]),
    startedAt: instant(row["startedAt"]),
    finishedAt: instant(row["finishedAt"]),
    deadlineAt: instant(row["deadlineAt"]),
    wakeAt: instant(row["wakeAt"]),
    day: Number(row["day"]),
    fence: Number(row["fence"]),
    claims: Number(row["claims"]),
  };
}

/** A new Run as its row; `claimedBy` names the worker it is born claimed by, if any. */
export function runRow(run: Run, claimedBy: string | null): Row {
  return {
    id: run.id,
    workspaceId: run.workspaceId,
    automationId: run.automationId,
    version: run.version,
    object: run.object,
    recordId: run.recordId,
    status: run.status,
    eventId: Number(run.eventId),
    triggerKey: run.triggerKey,
    triggerKind: run.triggerKind,
    actor: toColumn(run.actor),
    inputs: Object.keys(run.inputs).length > 0 ? toColumn(run.inputs) : null,
    reasonCode: run.reason?.code ?? null,
    reason: toColumn(run.reason),
    state: toColumn(run.state),
    outputs: null,
    failedSteps: 0,
    keptMails: 0,
    lineage: toColumn(run.lineage),
    parentRunId: run.parentRunId,
    batchId: run.batchId,
    replayOf: run.replayOf,
    replayedBy: null,
    replay: run.replay,
    threadId: run.threadId,
    queueNumber: run.queueNumber,
    queuedAt: run.queuedAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    deadlineAt: run.deadlineAt,
    wakeAt: run.wakeAt,
    day: run.day,
    fence: run.fence,
    claims: run.claims,
    commits: 0,
    claimedBy,
  };
}
