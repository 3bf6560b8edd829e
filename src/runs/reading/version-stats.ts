import { countsOf } from "../../counts/index.js";
import type { Engine } from "../engine.js";

/** How the runs of one version went; refused ones are in neither number. */
export type VersionStats = { total: number; failed: number; active: number };

/** How each version of an automation did, by its number; versions that never ran are left out. */
export async function versionStats(
  engine: Engine,
  workspaceId: string,
  automationId: string,
): Promise<Map<number, VersionStats>> {
  const asked = { scopes: [automationId], measures: ["status" as const], days: [0], eachVersion: true };
  const stats = new Map<number, VersionStats>();
  for (const { version, what, n } of await countsOf(engine, workspaceId, asked)) {
    if (what === "skipped") continue;
    const found = stats.get(version) ?? { total: 0, failed: 0, active: 0 };
    found.total += n;
    if (what === "failed") found.failed += n;
    if (what === "unfinished") found.active += n;
    stats.set(version, found);
  }
  return stats;
}
