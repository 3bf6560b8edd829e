import type { Engine } from "./engine.js";
import { saveWalks } from "./save-walks.js";
import { announced } from "./step-row.js";
import { afterCommit, type Walk } from "./walk.js";

/** The process stops before the calls went out: as if they had never been announced, for another to begin at once. */
export async function putDown(engine: Engine, stored: Walk): Promise<void> {
  const walk = afterCommit(stored);
  const rows = announced(stored).map(({ row }) => row.n);
  walk.wakeAt = engine.clock.now();
  await engine.db.inTransaction(async (tx) => {
    for (const n of rows)
      await engine.db.run(
        "DELETE FROM millrace_steps WHERE runId = ? AND n = ? AND status = 'running'",
        [walk.run.id, n],
        tx,
      );
    await saveWalks(engine, [walk], tx);
  });
}
