import type { RunnableVersion } from "../automations/index.js";
import { countStarts } from "../counts/index.js";
import { type Actor, type Ancestor, workspaceById } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import { addDuration } from "../shared/duration.js";
import { idAt } from "../shared/ids.js";
import type { JsonObject } from "../shared/json.js";
import { type Day, dayOf } from "../shared/local-day.js";
import { claimsOf } from "./claim-runs.js";
import type { Engine } from "./engine.js";
import { type Reason, type Run, runRow } from "./run.js";

/** What a start is made of: the version it is pinned to, the event that caused it and what that event led from. */
export type Start = {
  version: RunnableVersion;
  workspaceId: string;
  event: { id: string; kind: string; actor: Actor; lineage: Ancestor[] };
  triggerKey: string | null;
  record: { object: string; id: string } | null;
  inputs: JsonObject;
  /** Set: the record may not enter; the run is logged as skipped with this reason. */
  refused?: Reason | undefined;
  /** Later than now: the run is queued until then (rate, concurrency), for this reason. */
  startAt?: { at: number; reason: Reason | null } | undefined;
  /** Its number in the queue of its record, where runs wait for each other. */
  queueNumber?: number | undefined;
  batchId?: string | null | undefined;
  parentRunId?: string | null | undefined;
  replayOf?: { runId: string; replay: number } | undefined;
  threadId?: string | null | undefined;
  /** Set for a replay from a failed step: where to begin and with what. */
  resume?: Run["state"] | undefined;
};

/**
 * Makes runs pinned to their versions, in the transaction that decided about them. A worker's are born claimed by it and
 * advanced right after the commit; should it die, the lease runs out and another takes over. Elsewhere give `startAt`
 * now: the run is queued, and due.
 */
export async function startRuns(engine: Engine, starts: Start[], tx: Tx): Promise<Run[]> {
  const now = engine.clock.now();
  const runs: Run[] = [];
  for (const start of starts) {
    const workspace = await workspaceById(engine, start.workspaceId, tx);
    const day = dayOf(now, workspace?.timezone ?? "UTC");
    runs.push(newRun(engine, start, { now, day, claims: claimsOf(starts.length) }));
  }
  await engine.db.insert(
    "millrace_runs",
    runs.map((run) => runRow(run, run.status === "running" ? engine.worker : null)),
    tx,
  );
  await countStarts(engine, runs, tx);
  const later = runs.flatMap(({ status, wakeAt }) => (status === "queued" && wakeAt !== null ? [wakeAt] : []));
  if (later.length > 0) tx.afterCommit(() => engine.ringAt("runs", Math.min(...later)));
  return runs;
}

function newRun(engine: Engine, start: Start, { now, day, claims }: { now: number; day: Day; claims: number }): Run {
  const id = idAt(engine.db, now);
  const { document } = start.version.plan;
  const status = start.refused ? "skipped" : start.startAt ? "queued" : "running";
  const record = start.record ? `${start.record.object}:${start.record.id}` : "";
  const deadlineAt =
    document.timeout && status !== "skipped" ? addDuration(start.startAt?.at ?? now, document.timeout) : null;
  return {
    id,
    workspaceId: start.workspaceId,
    automationId: start.version.automationId,
    version: start.version.version,
    object: start.record?.object ?? null,
    recordId: start.record?.id ?? null,
    status,
    eventId: start.event.id,
    triggerKey: start.triggerKey,
    triggerKind: start.event.kind,
    actor: start.event.actor,
    inputs: start.inputs,
    reason: start.refused ?? start.startAt?.reason ?? null,
    state: start.resume ?? null,
    outputs: null,
    failedSteps: 0,
    keptMails: 0,
    lineage: [...start.event.lineage, { automationId: start.version.automationId, record, runId: id }],
    parentRunId: start.parentRunId ?? null,
    batchId: start.batchId ?? null,
    replayOf: start.replayOf?.runId ?? null,
    replayedBy: null,
    replay: start.replayOf?.replay ?? 0,
    threadId: start.threadId ?? null,
    queueNumber: start.queueNumber ?? null,
    queuedAt: now,
    startedAt: status === "running" ? now : null,
    finishedAt: status === "skipped" ? now : null,
    deadlineAt,
    wakeAt: { running: now + engine.settings.leaseMs, queued: start.startAt?.at ?? now, skipped: null }[status],
    day,
    fence: status === "running" ? 1 : 0,
    claims: status === "running" ? claims : 0,
  };
}
