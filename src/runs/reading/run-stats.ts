import { decodeTime } from "ulid";
import { countsOf } from "../../counts/index.js";
import { byIndex, marks } from "../../db/index.js";
import { iso } from "../../shared/clock.js";
import type { Engine } from "../engine.js";

/** Numbers of an automation for its page and the lists: of what the log holds. `active` are not over; `total` leaves out the skipped. */
export type RunStats = {
  total: number;
  completed: number;
  failed: number;
  skipped: number;
  active: number;
  lastRunAt: string | null;
};

/** Those that have run, whatever became of them. */
const ran = ["queued", "running", "waiting", "completed", "failed", "cancelled"];

/** The statistics of several automations of a workspace at once. */
export async function statsOf(
  engine: Engine,
  workspaceId: string,
  automationIds: string[],
): Promise<Map<string, RunStats>> {
  const [cells, last] = await Promise.all([
    countsOf(engine, workspaceId, { scopes: automationIds, measures: ["status"], days: [0] }),
    lastRuns(engine, automationIds),
  ]);
  const stats = new Map(automationIds.map((id) => [id, { ...none, lastRunAt: last.get(id) ?? null }]));
  for (const { scope, what, n } of cells) {
    const entry = stats.get(scope);
    if (!entry) continue;
    if (what === "completed" || what === "failed" || what === "skipped") entry[what] += n;
    else if (what === "unfinished") entry.active += n;
    if (what !== "skipped") entry.total += n;
  }
  return stats;
}

const none = { total: 0, completed: 0, failed: 0, skipped: 0, active: 0 };

/** When each was queued last: ids tell, and an index knows the greatest of each status. */
async function lastRuns({ db }: Engine, automationIds: string[]): Promise<Map<string, string>> {
  if (automationIds.length === 0) return new Map();
  const statuses = ran.map((status) => `SELECT '${status}' AS status`).join(" UNION ALL ");
  const rows = await db.all(
    `SELECT a.id, (SELECT r.id FROM millrace_runs r ${byIndex(db, "millrace_runs_automation")}
        WHERE r.automationId = a.id AND r.status = one.status ORDER BY r.id DESC LIMIT 1) AS last
      FROM millrace_automations a CROSS JOIN (${statuses}) one WHERE a.id IN (${marks(automationIds)})`,
    automationIds,
  );
  const last = new Map<string, string>();
  for (const { id, last: run } of rows) {
    const known = last.get(String(id));
    if (run !== null && (known === undefined || String(run) > known)) last.set(String(id), String(run));
  }
  return new Map([...last].map(([id, run]) => [id, iso(decodeTime(run))]));
}
