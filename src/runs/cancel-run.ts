import { runnableVersion } from "../automations/index.js";
import type { Actor } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import { toColumn } from "../db/index.js";
import { conflict, notFound } from "../shared/errors.js";
import type { Engine } from "./engine.js";
import { type Reason, type Run, readRun } from "./run.js";
import { wakeNext } from "./wake-next.js";

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

/** Ends a run as cancelled with a reason, in `tx`; false when it was over already. */
export async function endRun(engine: Engine, run: Run, reason: Reason, tx: Tx): Promise<boolean> {
  const now = engine.clock.now();
  const { changes } = await engine.db.run(
    `UPDATE millrace_runs SET status = 'cancelled', reasonCode = ?, reason = ?, finishedAt = ?, wakeAt = NULL, state = NULL, fence = fence + 1
      WHERE id = ? AND status IN ('queued','running','waiting')`,
    [reason.code, toColumn(reason), now, run.id],
    tx,
  );
  if (changes === 0) return false;
  await engine.db.run(
    "UPDATE millrace_steps SET status = 'skipped', finishedAt = ? WHERE runId = ? AND status IN ('waiting','retrying')",
    [now, run.id],
    tx,
  );
  await engine.db.run(
    "UPDATE millrace_steps SET status = 'unknown', finishedAt = ? WHERE runId = ? AND status = 'running'",
    [now, run.id],
    tx,
  );
  const version = await runnableVersion(engine, run.automationId, run.version, tx);
  await wakeNext(engine, run, version?.plan.document.enrollment, tx);
  return true;
}
