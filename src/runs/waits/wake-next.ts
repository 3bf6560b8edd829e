import { type Row, sqlDialect, type Tx } from "../../db/index.js";
import type { Engine } from "../engine.js";
import { type Reason, type Run, unfinished } from "../run.js";

/** Why a run that has not begun rests. */
export const turnReason: Reason = { code: "concurrency", message: "Waits for the earlier run on this record to end." };

/** With `concurrency: "queue"`, the end of a run wakes the one behind it on the same record. */
export async function wakeNext(engine: Engine, run: Run, tx: Tx): Promise<void> {
  if (run.queueNumber === null) return;
  const [next] = (await neighbours(engine, run, ["queued", "waiting"], "behind", tx)).sort(
    (a, b) => Number(a["queueNumber"]) - Number(b["queueNumber"]),
  );
  if (!next) return;
  // One that waits for a limit as well has an instant of its own, and takes its turn then.
  await engine.db.run(
    "UPDATE millrace_runs SET wakeAt = ? WHERE id = ? AND status IN ('queued','waiting') AND reasonCode = ?",
    [engine.clock.now(), String(next["id"]), turnReason.code],
    tx,
  );
  tx.afterCommit(() => engine.ring("runs"));
}

/**
 * True while a run before it on the same record is under way: the one in hand goes on waiting its turn. The one before it
 * is read under its lock: either its end is seen here, or its end sees this one at rest and wakes it.
 */
export async function standsBehind(engine: Engine, run: Run, tx: Tx): Promise<boolean> {
  const hasBegun = (run.state?.steps ?? 0) > 0;
  if (run.queueNumber === null || hasBegun) return false;
  for (;;) {
    const [ahead] = await neighbours(engine, run, unfinished, "ahead", tx);
    if (!ahead) return false;
    const row = await engine.db.one(
      `SELECT status FROM millrace_runs WHERE id = ?${sqlDialect(engine.db).forUpdate}`,
      [String(ahead["id"])],
      tx,
    );
    if (unfinished.some((status) => status === row?.["status"])) return true;
  }
}

/** The nearest in the queue for each status; ahead of all are runs that take part in no queue. One look into the index each. */
async function neighbours(
  engine: Engine,
  { automationId, recordId, queueNumber, id }: Run,
  statuses: readonly string[],
  where: "ahead" | "behind",
  tx: Tx,
): Promise<Row[]> {
  const near = where === "behind" ? "queueNumber > ?" : "(queueNumber < ? OR queueNumber IS NULL)";
  const arms = statuses.map(
    (status) =>
      `SELECT * FROM (SELECT id, queueNumber FROM millrace_runs WHERE automationId = ? AND recordId ${recordId === null ? "IS NULL" : "= ?"} AND status = '${status}' AND ${near} AND id <> ? ORDER BY queueNumber${where === "ahead" ? " DESC" : ""} LIMIT 1) AS q`,
  );
  const mine = [automationId, ...(recordId === null ? [] : [recordId]), queueNumber, id];
  return engine.db.all(
    arms.join(" UNION ALL "),
    statuses.flatMap(() => mine),
    tx,
  );
}
