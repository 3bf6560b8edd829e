import { marks, sqlDialect } from "../db/index.js";
import { newId } from "../shared/ids.js";
import type { Engine } from "./engine.js";
import { type Run, readRun, unfinished } from "./run.js";

/** A run alone in hand at this many crashes, without getting on, kills its workers; it is stopped instead of tried again. */
export const CRASHES = 3;

/** A worker that has lived this long is one that nobody keeps killing. */
const SETTLED_MS = 10_000;

/**
 * Takes runs that are due — scheduled, woken or left behind by a crashed worker look alike — for the length of a lease.
 * It bumps the fence, so that whoever held a run before can no longer commit; two workers asking at once get different
 * runs. Rows that are over are never looked at, whatever their `wakeAt` says. `whole` takes a batch of those in good order; `broken` takes one that some worker held when it
 * died, alone, so that a run that kills its worker is told from those that only shared its batch.
 *
 * `claims` is 0 at rest, 1 when taken among others, and goes up by one each time a run is taken alone without having got
 * on since (`gotOn`): from 2 up it counts the crashes that a run alone can be blamed for, and the claim in hand. The try
 * that decides is left to a worker that has lived for a while: where workers are killed from outside again and again, a
 * run that happens to be in hand each time is not to blame.
 */
export async function claimRuns(engine: Engine, which: "whole" | "broken" = "whole"): Promise<Run[]> {
  const { db, settings, clock } = engine;
  const now = clock.now();
  const mine =
    which === "whole"
      ? { where: "claims = 0", params: [], most: settings.batch }
      : { where: "claims > 0 AND claims <> ?", params: [now - engine.bornAt < SETTLED_MS ? CRASHES : -1], most: 1 };
  const due = `FROM millrace_runs WHERE wakeAt <= ? AND ${mine.where} AND status IN (${marks(unfinished)}) ORDER BY wakeAt LIMIT`;
  const params = [now, ...mine.params, ...unfinished];
  if ((await db.all(`SELECT id ${due} 1`, params)).length === 0) return [];
  return db.inTransaction(async (tx) => {
    // Rows that another worker is taking are passed over: what is due behind them is ours at once.
    const rows = await db.all(`SELECT * ${due} ${mine.most}${sqlDialect(db).skipLocked}`, params, tx);
    if (rows.length === 0) return [];
    const ids = rows.map((row) => String(row["id"]));
    const more = which === "whole" ? claimsOf(ids.length) : 1;
    const wakeAt = now + settings.leaseMs;
    await db.run(
      `UPDATE millrace_runs SET fence = fence + 1, claims = claims + ${more}, claimedBy = ?, status = 'running', startedAt = COALESCE(startedAt, ?), wakeAt = ?
        WHERE id IN (${marks(ids)})`,
      [newId(), now, wakeAt, ...ids],
      tx,
    );
    return rows.map(readRun).map((run) => ({
      ...run,
      fence: run.fence + 1,
      claims: run.claims + more,
      status: "running",
      startedAt: run.startedAt ?? now,
      wakeAt,
    }));
  });
}

/** What a run's first claim counts for in a batch of this size: alone it may be to blame for a crash, among others not. */
export function claimsOf(batch: number): number {
  return batch === 1 ? 2 : 1;
}

/** How long, in milliseconds, the longest due run has been waiting for somebody to take it; 0 when none waits. */
export async function longestDue({ db, clock }: Engine): Promise<number> {
  const now = clock.now();
  const row = await db.one("SELECT MIN(wakeAt) AS oldest FROM millrace_runs WHERE claims = 0 AND wakeAt <= ?", [now]);
  const oldest = row?.["oldest"] ?? null;
  return oldest === null ? 0 : Math.max(0, now - Number(oldest));
}
