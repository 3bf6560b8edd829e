import { startsRuns } from "../../actions/index.js";
import { type RunnableVersion, runnableVersion } from "../../automations/index.js";
import { countEnds } from "../../counts/index.js";
import type { Actor } from "../../crm/index.js";
import type { Tx } from "../../db/index.js";
import { toColumn } from "../../db/index.js";
import { conflict, notFound } from "../../shared/errors.js";
import { reportEnds } from "../children/children.js";
import type { Engine } from "../engine.js";
import { type Reason, type Run, readRun } from "../run.js";
import { forgetWaits } from "../waits/waits.js";
import { wakeNext } from "../waits/wake-next.js";

/**
 * Cancels a run that is not finished. The fence goes up with the status, so a worker that is advancing it right now can
 * no longer commit, and the effect it waits for is aborted at its next heartbeat. 409 when the run is over already.
 */
export async function cancelRun(engine: Engine, workspaceId: string, id: string, by: Actor): Promise<void> {
  await engine.db.inTransaction(async (tx) => {
    const row = await engine.db.one(
      "SELECT * FROM millrace_runs WHERE id = ? AND workspaceId = ?",
      [id, workspaceId],
      tx,
    );
    if (!row) throw notFound("run", id);
    const run = readRun(row);
    const reason = { code: "cancelled", message: `Cancelled by ${by.name}.`, details: { by } };
    if (!(await endRun(engine, run, reason, tx))) {
      throw conflict("already_finished", `This run is ${run.status} already, so it cannot be cancelled.`);
    }
  });
}

/** Ends a run as cancelled with a reason, in `tx`, and the runs it waits for; false when it was over already. */
export async function endRun(engine: Engine, run: Run, reason: Reason, tx: Tx): Promise<boolean> {
  const now = engine.clock.now();
  const { changes } = await engine.db.run(
    `UPDATE millrace_runs SET status = 'cancelled', reasonCode = ?, reason = ?, finishedAt = ?, wakeAt = NULL, state = NULL, fence = fence + 1, claims = 0, claimedBy = NULL
      WHERE id = ? AND status IN ('queued','running','waiting')`,
    [reason.code, toColumn(reason), now, run.id],
    tx,
  );
  if (changes === 0) return false;
  await countEnds(engine, [{ run, status: "cancelled", reason }], tx);
  // What is over in the log stays as it was written; only what was open ends now.
  await engine.db.run(
    "UPDATE millrace_steps SET status = CASE status WHEN 'waiting' THEN 'skipped' ELSE 'unknown' END, finishedAt = ? WHERE runId = ? AND status IN ('waiting','running')",
    [now, run.id],
    tx,
  );
  const version = await runnableVersion(engine, run.automationId, run.version, tx);
  if (version && mayStartRuns(version)) await stopChildren(engine, run.id, null, tx);
  await forgetWaits(engine, run.id, tx);
  if (run.parentRunId) await reportEnds(engine, [{ id: run.id, status: "cancelled" }], tx);
  await wakeNext(engine, run, tx);
  return true;
}

/** True when some step of a version starts other runs; all others are spared the question which. */
export function mayStartRuns({ plan }: RunnableVersion): boolean {
  return plan.document.steps.some(({ kind }) => startsRuns(kind));
}

/**
 * Cancels what a run waits for, at one of its places or (null) at all: it is over, or waits no longer. What has not
 * started yet never will. Children it did not wait for go on.
 */
export async function stopChildren(
  engine: Engine,
  parentRunId: string,
  at: { key: string; iteration: string } | null,
  tx: Tx,
): Promise<void> {
  const here = at ? " AND stepKey = ? AND iteration = ?" : "";
  const mine = [parentRunId, ...(at ? [at.key, at.iteration] : [])];
  // The waits go first: whoever is about to start a child or to count one as ended holds its wait.
  await engine.db.run(`DELETE FROM millrace_waits WHERE kind = 'children' AND runId = ?${here}`, mine, tx);
  const rows = await engine.db.all(
    `SELECT * FROM millrace_runs WHERE id IN (SELECT childRunId FROM millrace_children WHERE status = 'running' AND parentRunId = ?${here})`,
    mine,
    tx,
  );
  await engine.db.run(`DELETE FROM millrace_children WHERE parentRunId = ?${here}`, mine, tx);
  const message = "The run that started it, and waited for it, is over or waits no longer.";
  for (const row of rows) {
    const reason = { code: "parent_cancelled", message, details: { parentRunId } };
    await endRun(engine, readRun(row), reason, tx);
  }
}
