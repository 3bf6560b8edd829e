import type { Tx } from "../../db/index.js";
import type { Enrollment } from "../../graph/index.js";
import type { Engine } from "../engine.js";
import type { Run } from "../run.js";

/** With `concurrency: "queue"`, the end of a run wakes the oldest one that waits behind it on the same record. */
export async function wakeNext(engine: Engine, run: Run, enrollment: Enrollment | undefined, tx: Tx): Promise<void> {
  if (enrollment?.concurrency !== "queue" || !run.recordId) return;
  const next = await engine.db.one(
    `SELECT id FROM millrace_runs WHERE object = ? AND recordId = ? AND automationId = ? AND status IN ('queued','waiting') AND reasonCode = 'concurrency' ORDER BY id LIMIT 1`,
    [run.object, run.recordId, run.automationId],
    tx,
  );
  if (!next) return;
  await engine.db.run(
    "UPDATE millrace_runs SET wakeAt = ? WHERE id = ? AND status IN ('queued','waiting')",
    [engine.clock.now(), String(next["id"])],
    tx,
  );
  tx.afterCommit(() => engine.ring("runs"));
}

/** True while an earlier run on the same record is under way: the one in hand goes on waiting its turn. */
export async function standsBehind(engine: Engine, run: Run, tx: Tx): Promise<boolean> {
  if (run.reason?.code !== "concurrency") return false;
  const earlier = await engine.db.one(
    `SELECT id FROM millrace_runs WHERE object = ? AND recordId = ? AND automationId = ? AND status IN ('queued','running','waiting') AND id < ? LIMIT 1`,
    [run.object, run.recordId, run.automationId, run.id],
    tx,
  );
  return earlier !== null;
}
