import { messageOf } from "../shared/errors.js";
import type { Engine } from "./engine.js";
import { announced } from "./new-rows.js";
import type { Run } from "./run.js";
import { saveWalks } from "./save-walks.js";
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

/** A run that was put down since the database was not well is taken up again this much later. */
const AGAIN_MS = 1_000;

/** How often it is tried to say so, each time a little later; then the lease, which runs out, says it. */
const TRIES = 20;

/**
 * Gives a claim back whose work the database has undone, or may have: the run is due again in a moment, and what has
 * happened to it does not count as a crash. A call that was under way is then told by its row. Does nothing when the
 * claim is not ours any more. Tries for a while when the database does not answer yet.
 */
export async function release(engine: Engine, run: Run): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await engine.db.run(
        "UPDATE millrace_runs SET wakeAt = ?, claims = 0, commits = commits + 1 WHERE id = ? AND fence = ? AND status = 'running'",
        [engine.clock.now() + AGAIN_MS, run.id, run.fence],
      );
      return;
    } catch (error) {
      if (tries < TRIES && !engine.stopping.aborted) await pause(tries * 50);
      else
        return engine.log.error(
          { runId: run.id, error: messageOf(error) },
          "a run could not be put down; its lease runs out",
        );
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
