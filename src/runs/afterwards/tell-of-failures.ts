import { factsOf, getRecord } from "../../crm/index.js";
import type { Tx } from "../../db/index.js";
import { emitEvent } from "../../events/index.js";
import { Problem } from "../../shared/errors.js";
import type { Engine } from "../engine.js";
import { causeOf } from "../facts/facts.js";
import type { Walk } from "../walk.js";

/** Makes an event of every run that fails, in the commit of its end, where an automation listens for failures. */
export async function tellOfFailures(engine: Engine, walks: Walk[], tx: Tx): Promise<void> {
  for (const walk of walks) {
    const { run, version, finished } = walk;
    if (finished?.status !== "failed" || !(await engine.listens(run.workspaceId, "run.failed", tx))) continue;
    const { automationId, object, recordId } = run;
    await emitEvent(
      engine,
      {
        workspaceId: run.workspaceId,
        kind: "run.failed",
        object,
        recordId,
        record: await recordNow(engine, walk, tx),
        data: { run: { id: run.id, automationId, automation: version.name, reason: finished.reason } },
      },
      causeOf(walk),
      tx,
    );
  }
}

async function recordNow(engine: Engine, { run }: Walk, tx: Tx) {
  if (!run.object || !run.recordId) return null;
  try {
    const record = await getRecord(engine, run.workspaceId, run.object, run.recordId, tx);
    return record && factsOf(record);
  } catch (error) {
    // Its object may be gone as well; the failure is told all the same.
    if (error instanceof Problem) return null;
    throw error;
  }
}
