import { getAutomation, runnableVersion } from "../automations/index.js";
import type { Actor } from "../crm/index.js";
import { marks, type Tx } from "../db/index.js";
import { getEvent } from "../events/index.js";
import { conflict, notFound } from "../shared/errors.js";
import type { Engine } from "./engine.js";
import { readRun, type Run, type RunState, unfinished } from "./run.js";
import { startRuns } from "./start-run.js";

/**
 * Starts a finished run again, linked to the old one: `start` on the published version with the same trigger data, or
 * `failed` on the same version from the step that failed, keeping what succeeded. Returns the new run's id. 409 when the
 * run is not over, has no failed step, or nothing is published any more.
 */
export async function replayRun(engine: Engine, workspaceId: string, id: string, from: "failed" | "start", by: Actor): Promise<string> {
  return engine.db.inTransaction(async (tx) => {
    const row = await engine.db.one("SELECT * FROM millrace_runs WHERE id = ? AND workspaceId = ?", [id, workspaceId], tx);
    if (!row) throw notFound("run", id);
    const run = readRun(row);
    if (unfinished.some((status) => status === run.status)) throw conflict("not_finished", "This run is still under way. Cancel it first, or wait for its end.");
    const event = await getEvent(engine, workspaceId, run.eventId, tx);
    const version = await versionFor(engine, run, from, tx);
    if (!event || !version) throw conflict("gone", "The event or version of this run is no longer stored, so it cannot be replayed.");
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
        },
      ],
      tx,
    );
    if (!again) throw conflict("gone", "The run could not be started again.");
    if (resume) await copySteps(engine, run.id, again.id, resume.steps, tx);
    tx.afterCommit(() => engine.ring("runs"));
    return again.id;
  });
}

async function versionFor(engine: Engine, run: Run, from: "failed" | "start", tx: Tx) {
  if (from === "failed") return runnableVersion(engine, run.automationId, run.version, tx);
  const automation = await getAutomation(engine, run.workspaceId, run.automationId, tx);
  return automation.publishedVersion === null ? null : runnableVersion(engine, run.automationId, automation.publishedVersion, tx);
}

async function stateAtFailure(engine: Engine, run: Run, tx: Tx): Promise<RunState> {
  const failed = await engine.db.one(
    "SELECT n, `key`, iteration FROM millrace_steps WHERE runId = ? AND status = 'failed' ORDER BY n DESC LIMIT 1",
    [run.id],
    tx,
  );
  if (!failed) throw conflict("no_failed_step", "No step of this run failed. Replay it from the start instead.");
  const n = Number(failed["n"]);
  return { ready: [{ key: String(failed["key"]), iteration: String(failed["iteration"]), attempt: 1 }], vars: run.state?.vars ?? {}, steps: n - 1 };
}

/** What succeeded before the failure stands in the new run's log too, since its later steps read those outputs. */
async function copySteps(engine: Engine, from: string, to: string, upTo: number, tx: Tx): Promise<void> {
  const rows = await engine.db.all(`SELECT * FROM millrace_steps WHERE runId = ? AND n <= ${Math.trunc(upTo)} ORDER BY n`, [from], tx);
  if (rows.length > 0) {
    await engine.db.insert(
      "millrace_steps",
      rows.map((row) => ({ ...row, runId: to, writes: null })),
      tx,
    );
  }
}

async function nextReplay(engine: Engine, run: Run, tx: Tx): Promise<number> {
  const row = await engine.db.one("SELECT MAX(replay) AS replay FROM millrace_runs WHERE automationId = ? AND eventId = ?", [run.automationId, run.eventId], tx);
  return Number(row?.["replay"] ?? 0) + 1;
}

/** Starts skipped runs that a limit refused, now: what "start anyway" on the log does. Returns the new ids. */
export async function startSkipped(engine: Engine, workspaceId: string, ids: string[], by: Actor): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await engine.db.all(`SELECT id FROM millrace_runs WHERE workspaceId = ? AND status = 'skipped' AND id IN (${marks(ids)})`, [workspaceId, ...ids]);
  const started: string[] = [];
  for (const row of rows) started.push(await replayRun(engine, workspaceId, String(row["id"]), "start", by));
  return started;
}
