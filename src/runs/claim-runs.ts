import { marks } from "../db/index.js";
import { newId } from "../shared/ids.js";
import type { Engine } from "./engine.js";
import { type Run, readRun } from "./run.js";

/** A run alone in hand at this many crashes, without getting on, kills its workers; it is stopped instead of tried again. */
export const CRASHES = 3;

/** A worker that has lived this long is one that nobody keeps killing. */
const SETTLED_MS = 10_000;

/**
 * Takes runs that are due — scheduled, woken or left behind by a crashed worker look alike — for the length of a lease.
 * One statement bumps the fence, so that whoever held a run before can no longer commit; two workers asking at once get
 * different runs. `whole` takes a batch of those in good order; `broken` takes one that some worker held when it
 * died, alone, so that a run that kills its worker is told from those that only shared its batch.
 *
 * `claims` is 0 at rest, 1 when taken among others, and goes up by one each time a run is taken alone without having got
 * on since (`gotOn`): from 2 up it counts the crashes that a run alone can be blamed for, and the claim in hand. The try
 * that decides is left to a worker that has lived for a while: where workers are killed from outside again and again, a
 * run that happens to be in hand each time is not to blame.
 */
export async function claimRuns(engine: Engine, which: "whole" | "broken" = "whole"): Promise<Run[]> {
  const now = engine.clock.now();
  const due = await engine.db.all(
    which === "whole"
      ? `SELECT id FROM millrace_runs WHERE wakeAt <= ? AND claims = 0 ORDER BY wakeAt LIMIT ${engine.settings.batch}`
      : `SELECT id FROM millrace_runs WHERE wakeAt <= ? AND claims > 0 AND claims <> ? ORDER BY wakeAt LIMIT 1`,
    which === "whole" ? [now] : [now, now - engine.bornAt < SETTLED_MS ? CRASHES : -1],
  );
  if (due.length === 0) return [];
  const ids = due.map((row) => String(row["id"]));
  const claim = newId();
  // In a transaction only because those are tried again when they meet another worker's.
  await engine.db.inTransaction((tx) =>
    engine.db.run(
      `UPDATE millrace_runs SET fence = fence + 1, claims = claims + ${which === "whole" ? claimsOf(ids.length) : 1}, claimedBy = ?, status = 'running', startedAt = COALESCE(startedAt, ?), wakeAt = ?
      WHERE id IN (${marks(ids)}) AND wakeAt <= ? AND status IN ('queued','running','waiting')`,
      [claim, now, now + engine.settings.leaseMs, ...ids, now],
      tx,
    ),
  );
  const rows = await engine.db.all(`SELECT * FROM millrace_runs WHERE id IN (${marks(ids)}) AND claimedBy = ?`, [
    ...ids,
    claim,
  ]);
  return rows.map(readRun);
}

/** What a run's first claim counts for in a batch of this size: alone it may be to blame for a crash, among others not. */
export function claimsOf(batch: number): number {
  return batch === 1 ? 2 : 1;
}
