import type { Engine } from "../engine.js";

/** How the runs of one version went; refused ones are in neither number. */
export type VersionStats = { total: number; failed: number; active: number };

/** How each version of an automation did, by its number; versions that never ran are left out. */
export async function versionStats(engine: Engine, automationId: string): Promise<Map<number, VersionStats>> {
  const rows = await engine.db.all(
    "SELECT version, status, COUNT(*) AS n FROM millrace_runs WHERE automationId = ? AND status <> 'skipped' GROUP BY version, status",
    [automationId],
  );
  const stats = new Map<number, VersionStats>();
  for (const row of rows) {
    const version = Number(row["version"]);
    const found = stats.get(version) ?? { total: 0, failed: 0, active: 0 };
    const n = Number(row["n"]);
    found.total += n;
    if (row["status"] === "failed") found.failed += n;
    if (["queued", "running", "waiting"].includes(String(row["status"]))) found.active += n;
    stats.set(version, found);
  }
  return stats;
}
