import { encodeTime } from "ulid";
import { fromColumn, marks } from "../../db/index.js";
import type { Document } from "../../graph/index.js";
import type { Engine } from "../engine.js";

/** Statuses of runs that are over, and `events`: what can be forgotten. */
export const forgettable = ["completed", "failed", "cancelled", "skipped", "events"] as const;

/** How long each is kept after its end, in milliseconds; what is left out is kept for ever. */
export type Retention = Partial<Record<(typeof forgettable)[number], number>>;

const DAY_MS = 86_400_000;
/** The pass of a day begins at three in the morning (UTC). */
const NIGHT_MS = 3 * 3_600_000;
const AT_ONCE = 500;

/** The day whose pass this process knows to be done or in other hands, and the one it is at. */
const passes = new WeakMap<Engine, { done: number; at: number }>();

/**
 * Once a night, in one of the processes: deletes runs with their steps that have been over for longer than the settings
 * keep them, and events no run needs. A few hundred a call; returns how many, 0 when there is nothing (more) to do. Runs
 * that are not over are never touched, nor those of automations a record may enter only once: they say who has been in.
 */
export async function forgetOld(engine: Engine): Promise<number> {
  const { retention } = engine.settings;
  if (Object.keys(retention).length === 0) return 0;
  const today = Math.floor((engine.clock.now() - NIGHT_MS) / DAY_MS);
  const pass = passes.get(engine) ?? { done: 0, at: 0 };
  passes.set(engine, pass);
  if (pass.done === today) return 0;
  if (pass.at !== today && !(await isOurs(engine, today))) {
    pass.done = today;
    return 0;
  }
  pass.at = today;
  const gone = (await forgetRuns(engine, retention)) + (await forgetEvents(engine, retention.events));
  if (gone === 0) pass.done = today;
  return gone;
}

async function isOurs({ db }: Engine, day: number): Promise<boolean> {
  const { changes } = await db.run("UPDATE millrace_locks SET value = ? WHERE name = 'retention' AND value < ?", [
    day,
    day,
  ]);
  return changes > 0;
}

async function forgetRuns(engine: Engine, retention: Retention): Promise<number> {
  const kept = await enteredOnce(engine);
  const others = kept.length > 0 ? ` AND automationId NOT IN (${marks(kept)})` : "";
  const workspaces = await engine.db.all("SELECT id FROM millrace_workspaces");
  let gone = 0;
  for (const { id: workspaceId } of workspaces) {
    for (const status of forgettable) {
      const keep = retention[status];
      if (status === "events" || keep === undefined) continue;
      const before = engine.clock.now() - keep;
      // Ids begin with the time they were made at: what is younger need not be looked at.
      const rows = await engine.db.all(
        `SELECT id FROM millrace_runs WHERE workspaceId = ? AND status = ? AND id < ? AND finishedAt < ?${others} ORDER BY id LIMIT ${AT_ONCE}`,
        [String(workspaceId), status, encodeTime(before), before, ...kept],
      );
      gone += await deleteRuns(
        engine,
        rows.map(({ id }) => String(id)),
        status,
      );
    }
  }
  return gone;
}

async function deleteRuns(engine: Engine, ids: string[], status: string): Promise<number> {
  if (ids.length === 0) return 0;
  return engine.db.inTransaction(async (tx) => {
    const { changes } = await engine.db.run(
      `DELETE FROM millrace_runs WHERE status = ? AND id IN (${marks(ids)})`,
      [status, ...ids],
      tx,
    );
    await engine.db.run(`DELETE FROM millrace_steps WHERE runId IN (${marks(ids)})`, ids, tx);
    return changes;
  });
}

/** Events are the history of records too: that goes with them. An event a run began with stays as long as the run. */
async function forgetEvents(engine: Engine, keep: number | undefined): Promise<number> {
  if (keep === undefined) return 0;
  const before = engine.clock.now() - keep;
  const rows = await engine.db.all(
    `SELECT e.id FROM millrace_events e LEFT JOIN millrace_runs r ON r.eventId = e.id WHERE e.relayedAt < ? AND r.id IS NULL ORDER BY e.relayedAt LIMIT ${AT_ONCE}`,
    [before],
  );
  const ids = rows.map(({ id }) => Number(id));
  if (ids.length === 0) return 0;
  const { changes } = await engine.db.run(`DELETE FROM millrace_events WHERE id IN (${marks(ids)})`, ids);
  return changes;
}

async function enteredOnce({ db }: Engine): Promise<string[]> {
  const rows = await db.all(
    "SELECT v.automationId, v.document FROM millrace_versions v JOIN millrace_automations a ON a.id = v.automationId AND a.publishedVersion = v.version WHERE a.deletedAt IS NULL",
  );
  return rows
    .filter(({ document }) => fromColumn<Partial<Document>>(document, {}).enrollment?.reenter === "once")
    .map(({ automationId }) => String(automationId));
}
