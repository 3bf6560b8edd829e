import type { Database } from "./db/index.js";
import type { JobName, Timetable } from "./jobs/index.js";
import { nightAfter } from "./retention/index.js";

/** Later than any instant: what is not to be looked at again stands there. */
const NEVER = 8_640_000_000_000_000;

/** Sorts of waits somebody looks at; each has its own place in the index. */
const looked = ["event", "goal", "date", "approval", "human_task"];

/** For each job, where its next instant stands: each part reads one row from the front of an index. */
const parts: readonly (readonly [job: JobName, next: string])[] = [
  ["relay", "SELECT at FROM millrace_events WHERE relayedAt IS NULL ORDER BY id LIMIT 1"],
  ["runs", "SELECT wakeAt FROM millrace_runs WHERE claims = 0 AND wakeAt > 0 ORDER BY wakeAt LIMIT 1"],
  ["runs", "SELECT MIN(wakeAt) FROM millrace_runs WHERE claims > 0"],
  ["schedules", timer("IS NULL")],
  ["dates", timer("IS NOT NULL")],
  ...looked.map(
    (kind) =>
      [
        "waits",
        `SELECT lookAt FROM millrace_waits WHERE kind = '${kind}' AND lookAt < ${NEVER} AND answer IS NULL ORDER BY lookAt LIMIT 1`,
      ] as const,
  ),
  ["waits", "SELECT MIN(at) FROM millrace_moves WHERE doneAt IS NULL"],
  ["waits", "SELECT 0 FROM millrace_count_changes LIMIT 1"],
  ["night", "SELECT value FROM millrace_locks WHERE name = 'retention'"],
];

const all = parts.map(([job, next]) => `SELECT '${job}' AS job, (${next}) AS next`).join("\nUNION ALL ");

/**
 * When each job of `worker.ts` has something to do next: now or in the past when it has, later for waits, retries, limits,
 * schedules, dates, reminders, leases and the night. One statement, and the same few rows however long the history.
 */
export async function timetable(db: Database): Promise<Timetable> {
  const table = new Map<JobName, number>();
  for (const { job, next } of await db.all(all)) {
    if (next === null || next === undefined) continue;
    const [name, at] = job === "night" ? ["waits", nightAfter(Number(next))] : [String(job), Number(next)];
    table.set(name, Math.min(at, table.get(name) ?? at));
  }
  return table;
}

function timer(scannedAt: "IS NULL" | "IS NOT NULL"): string {
  return `SELECT nextAt FROM millrace_schedules WHERE nextAt < ${NEVER} AND scannedAt ${scannedAt} ORDER BY nextAt LIMIT 1`;
}
