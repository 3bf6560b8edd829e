import type { Database, Row, Tx } from "../db/index.js";

/**
 * When to look at a schedule or date trigger of an automation next: one row for each, kept while it is paused so that
 * `times` goes on counting. `nextAt`: a schedule's next tick, or a date trigger's next scan; null while it sleeps because
 * nothing listens, `NEVER` when it has ended. `scannedAt`: up to where a date trigger has looked; null for a schedule.
 * `fired` counts a schedule's fires.
 */
export type Timer = {
  automationId: string;
  triggerKey: string;
  version: number;
  nextAt: number | null;
  scannedAt: number | null;
  fired: number;
};

/** The last instant there is: a schedule that has ended is due then. */
export const NEVER = 8_640_000_000_000_000;

/** The most timers handled at once. */
const MOST_DUE = 1_000;

/** The timers of one sort that are due, longest due first. One look-up in the index. */
export async function dueTimers(db: Database, sort: "schedule" | "date", now: number): Promise<Timer[]> {
  const rows = await db.all(
    `SELECT * FROM millrace_schedules WHERE nextAt <= ? AND scannedAt IS ${sort === "schedule" ? "NULL" : "NOT NULL"} ORDER BY nextAt LIMIT ${MOST_DUE}`,
    [now],
  );
  return rows.map(readTimer);
}

/** The timers of some automations. */
export async function timersOf(db: Database, automationIds: string[], tx?: Tx): Promise<Timer[]> {
  const marks = automationIds.map(() => "?").join(",");
  const rows = await db.all(`SELECT * FROM millrace_schedules WHERE automationId IN (${marks})`, automationIds, tx);
  return rows.map(readTimer);
}

/** Adds timers; one that is there already stays as it is. */
export async function addTimers(db: Database, timers: Timer[]): Promise<void> {
  if (timers.length > 0) await db.insert("millrace_schedules", timers, undefined, true);
}

/**
 * Moves a timer on if it still stands as it was read: compare and set on its version and `nextAt`, which is how one of
 * many nodes wins a tick. False when another was faster. `next` must differ in one of the two.
 */
export async function moveTimer(db: Database, seen: Timer, next: Partial<Timer>, tx?: Tx): Promise<boolean> {
  const { version, nextAt, scannedAt, fired } = { ...seen, ...next };
  const { changes } = await db.run(
    `UPDATE millrace_schedules SET version = ?, nextAt = ?, scannedAt = ?, fired = ?
      WHERE automationId = ? AND triggerKey = ? AND version = ? AND nextAt ${seen.nextAt === null ? "IS NULL" : "= ?"}`,
    [
      version,
      nextAt,
      scannedAt,
      fired,
      seen.automationId,
      seen.triggerKey,
      seen.version,
      ...(seen.nextAt === null ? [] : [seen.nextAt]),
    ],
    tx,
  );
  return changes === 1;
}

/** Names a timer among others. */
export function keyOf({ automationId, triggerKey }: Timer): string {
  return `${automationId} ${triggerKey}`;
}

/** The trigger a timer is of, as its ticks and events name it. */
export function ownerOf({ automationId, triggerKey }: Timer): { automationId: string; triggerKey: string } {
  return { automationId, triggerKey };
}

function readTimer(row: Row): Timer {
  const instant = (value: unknown) => (value === null || value === undefined ? null : Number(value));
  return {
    automationId: String(row["automationId"]),
    triggerKey: String(row["triggerKey"]),
    version: Number(row["version"]),
    nextAt: instant(row["nextAt"]),
    scannedAt: instant(row["scannedAt"]),
    fired: Number(row["fired"]),
  };
}
