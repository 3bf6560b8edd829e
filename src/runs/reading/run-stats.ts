import { iso } from "../../shared/clock.js";
import type { Engine } from "../engine.js";

/** Numbers of an automation for its page and the lists. */
export type RunStats = {
  total: number;
  completed: number;
  failed: number;
  skipped: number;
  active: number;
  lastRunAt: string | null;
};

/** The statistics of several automations at once. */
export async function statsOf(engine: Engine, automationIds: string[]): Promise<Map<string, RunStats>> {
  const stats = new Map<string, RunStats>(
    automationIds.map((id) => [id, { total: 0, completed: 0, failed: 0, skipped: 0, active: 0, lastRunAt: null }]),
  );
  if (automationIds.length === 0) return stats;
  const rows = await engine.db.all(
    `SELECT automationId, status, COUNT(*) AS n, MAX(queuedAt) AS lastAt FROM millrace_runs WHERE automationId IN (${automationIds.map(() => "?").join(",")}) GROUP BY automationId, status`,
    automationIds,
  );
  for (const row of rows) {
    const entry = stats.get(String(row["automationId"]));
    if (!entry) continue;
    const status = String(row["status"]);
    const n = Number(row["n"]);
    if (status === "completed" || status === "failed" || status === "skipped") entry[status] += n;
    else if (status !== "cancelled") entry.active += n;
    if (status !== "skipped") entry.total += n;
    const last = iso(Number(row["lastAt"]));
    if (status !== "skipped" && (entry.lastRunAt === null || last > entry.lastRunAt)) entry.lastRunAt = last;
  }
  return stats;
}
