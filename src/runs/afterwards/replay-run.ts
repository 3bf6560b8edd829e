import { getAutomation, runnableVersion } from "../../automations/index.js";
import type { Actor } from "../../crm/index.js";
import { marks, type Tx } from "../../db/index.js";
import { getEvent } from "../../events/index.js";
import { conflict, notFound } from "../../shared/errors.js";
import type { Engine } from "../engine.js";
import { type Run, type RunState, readRun, unfinished } from "../run.js";
import { startRuns } from "../start-run.js";

/**
 * Starts a finished run again, linked to the old one: `start` on the published version with the same trigger data, or
 * `failed` on the same version from the step that failed, keeping what succeeded. Returns the new run's id. 409 when the
 * run is not over, has no failed step, or nothing is published any more. A child that is run again reports to nobody.
 */
export async function replayRun(
  engine: Engine,
  workspaceId: string,
  id: string,
  from: "failed" | "start",
  by: Actor,
): Promise<string> {
  return engine.db.inTransaction(async (tx) => {
    const row = await engine.db.one(
      "SELECT * FROM millrace_runs WHERE id = ? AND workspaceId = ?",
      [id, workspaceId],
      tx,
    );
    if (!row) throw notFound("run", id);
    const run = readRun(row);
    if (unfinished.some((status) => status === run.status))
      throw conflict("not_finished", "This run is still under way. Cancel it first, or wait for its end.");
    const event = await getEvent(engine, workspaceId, run.eventId, tx);
    const version = await versionFor(engine, run, from, tx);
    if (!event || !version)
      throw conflict("gone", "The event or version of this run is no longer stored, so it cannot be replayed.");
    const resume = from === "failed" ? await stateAtFailure(engine, run, tx) : undefined;
    const [again] = await startRuns(
      engine,
      [
        {
          version,
          workspaceId,
          event: { ...event, actor: by },
          triggerKey: run.triggerKey,
          record: run.object && run.recordId ? { object: run.object, id: run.recordId } : null,
          inputs: run.inputs,
          startAt: { at: engine.clock.now(), reason: null },
          replayOf: { runId: run.id, replay: await nextReplay(engine, run, tx) },
          resume,
          // For display: the run that started the first one has heard of its end, and hears nothing of this one.
          parentRunId: run.parentRunId,
        },
      ],
      tx,
    );
    if (!again) throw conflict("gone", "The run could not be started again.");
    if (resume) await copySteps(engine, run.id, again.id, resume, tx);
    tx.afterCommit(() => engine.ring("runs"));
    return again.id;
  });
}

async function versionFor(engine: Engine, run: Run, from: "failed" | "start", tx: Tx) {
  if (from === "failed") return runnableVersion(engine, run.automationId, run.version, tx);
  const automation = await getAutomation(engine, run.workspaceId, run.automationId, tx);
  return automation.publishedVersion === null
    ? null
    : runnableVersion(engine, run.automationId, automation.publishedVersion, tx);
}

/** Where the run stood when it failed: the failed step, and in a graph the other branches, all to be tried anew. */
async function stateAtFailure(engine: Engine, run: Run, tx: Tx): Promise<RunState> {
  const last = await engine.db.one(
    "SELECT MAX(n) AS n, SUM(status = 'failed') AS failed FROM millrace_steps WHERE runId = ?",
    [run.id],
    tx,
  );
  if (!run.state || Number(last?.["failed"] ?? 0) === 0)
    throw conflict("no_failed_step", "No step of this run failed. Replay it from the start instead.");
  const ready = run.state.ready.map(({ key, iteration }) => ({ key, iteration, attempt: 1 }));
  const { ended: _ended, open: _open, ...state } = run.state;
  // A loop that stops at its first failure counts none before it: the item is tried anew.
  const loops = state.loops.map((frame) => (frame.onItemError === "stop" ? { ...frame, errors: 0 } : frame));
  return { ...state, loops, ready, steps: Number(last?.["n"] ?? 0) };
}

/** What succeeded before the failure stands in the new run's log too: later steps read those outputs, loops their items. */
async function copySteps(engine: Engine, from: string, to: string, state: RunState, tx: Tx): Promise<void> {
  const loops = new Map(state.loops.map(({ n }) => [n, true]));
  const rows = await engine.db.all("SELECT * FROM millrace_steps WHERE runId = ? ORDER BY n", [from], tx);
  const kept = rows.filter((row) => row["status"] === "success" || loops.has(Number(row["n"])));
  if (kept.length === 0) return;
  await engine.db.insert(
    "millrace_steps",
    kept.map((row) => ({
      ...row,
      runId: to,
      writes: null,
      ...(loops.has(Number(row["n"])) ? { status: "waiting", output: null, error: null, finishedAt: null } : {}),
    })),
    tx,
  );
}

async function nextReplay(engine: Engine, run: Run, tx: Tx): Promise<number> {
  const row = await engine.db.one(
    "SELECT MAX(replay) AS replay FROM millrace_runs WHERE automationId = ? AND eventId = ?",
    [run.automationId, run.eventId],
    tx,
  );
  return Number(row?.["replay"] ?? 0) + 1;
}

/** Starts skipped runs that a limit refused, now: what "start anyway" on the log does. Returns the new ids. */
export async function startSkipped(engine: Engine, workspaceId: string, ids: string[], by: Actor): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await engine.db.all(
    `SELECT id FROM millrace_runs WHERE workspaceId = ? AND status = 'skipped' AND id IN (${marks(ids)})`,
    [workspaceId, ...ids],
  );
  const started: string[] = [];
  for (const row of rows) started.push(await replayRun(engine, workspaceId, String(row["id"]), "start", by));
  return started;
}
