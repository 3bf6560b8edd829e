import type { Engine } from "../engine.js";
import type { Run } from "../run.js";

/** The step that started a run, at the item it was at, of the run's parent. Null when there is none, or it is not known any more. */
export async function parentStep(
  engine: Engine,
  { id, parentRunId }: Pick<Run, "id" | "parentRunId">,
): Promise<{ key: string; iteration: string } | null> {
  if (parentRunId === null) return null;
  const waiting = await engine.db.one(
    "SELECT stepKey, iteration FROM millrace_children WHERE childRunId = ? AND parentRunId = ?",
    [id, parentRunId],
  );
  // A parent that waits no longer has what became of its children in the step's output.
  const row =
    waiting ??
    (await engine.db.one(
      "SELECT `key` AS stepKey, iteration FROM millrace_steps WHERE runId = ? AND kind IN ('run_automation','for_each') AND output LIKE ? ORDER BY n LIMIT 1",
      [parentRunId, `%"${id}"%`],
    ));
  return row && { key: String(row["stepKey"]), iteration: String(row["iteration"]) };
}
