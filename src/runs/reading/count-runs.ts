import { type Counted, countedAs, countsOf } from "../../counts/index.js";
import { byIndex } from "../../db/index.js";
import type { Engine } from "../engine.js";
import { unfinished } from "../run.js";
import type { RunFilter } from "./run-filter.js";

/** How many runs, by status; those that are not over are all `unfinished`. */
export type RunCounts = Partial<Record<Counted, number>>;

/**
 * How many runs a filter finds, from the counts: by workspace, automation or batch, status and reason. Null for a filter by
 * anything else, which nobody counts.
 */
export async function countRuns(
  engine: Engine,
  workspaceId: string,
  { automation, batch, status, reason, limit: _limit, cursor: _cursor, ...others }: RunFilter,
): Promise<RunCounts | null> {
  if (Object.values(others).some((value) => value !== undefined && value !== "")) return null;
  if (batch && (automation || reason)) return null;
  const asked = new Set((status ?? "").split(",").filter(Boolean));
  const open = unfinished.filter((one) => asked.has(one));
  if (open.length > 0 && open.length < unfinished.length) return null;
  const cells = await countsOf(engine, workspaceId, {
    scopes: [batch || automation || workspaceId],
    measures: [reason ? "reason" : "status"],
    days: [0],
  });
  const counts: RunCounts = {};
  for (const { what, n } of cells) {
    const [of = "", code] = what.split("/");
    if (code !== undefined && code !== reason) continue;
    if (asked.size === 0 || asked.has(of) || (of === "unfinished" && open.length > 0)) counts[of as Counted] = n;
  }
  return counts;
}

/** How each of several batches stands, by its id. */
export async function countBatches(
  engine: Engine,
  workspaceId: string,
  ids: string[],
): Promise<Map<string, RunCounts>> {
  const found = new Map<string, RunCounts>(ids.map((id) => [id, {}]));
  const asked = { scopes: ids, measures: ["status" as const], days: [0] };
  for (const { scope, what, n } of await countsOf(engine, workspaceId, asked)) {
    const counts = found.get(scope);
    if (counts) counts[what as Counted] = n;
  }
  return found;
}

/** Why runs failed or were skipped: the most frequent reasons, by code. Empty for a filter that nobody counts. */
export async function countReasons(
  engine: Engine,
  workspaceId: string,
  { automation, status, limit: _limit, cursor: _cursor, ...others }: RunFilter,
  most = 8,
): Promise<{ code: string; n: number }[]> {
  if (Object.values(others).some((value) => value !== undefined && value !== "")) return [];
  const cells = await countsOf(engine, workspaceId, {
    scopes: [automation || workspaceId],
    measures: ["reason"],
    days: [0],
  });
  return cells
    .filter(({ what }) => what.startsWith(`${status}/`))
    .map(({ what, n }) => ({ code: what.slice(what.indexOf("/") + 1), n }))
    .sort((a, b) => b.n - a.n || a.code.localeCompare(b.code))
    .slice(0, most);
}

/** More children than this are not counted, only said to be more. */
const COUNTED = 500;

/** How the newest 500 of the runs a run started stand; `more`: there are others. */
export async function countChildren(
  { db }: Engine,
  workspaceId: string,
  parentRunId: string,
): Promise<{ counts: RunCounts; more: boolean }> {
  const rows = await db.all(
    `SELECT status, again, COUNT(*) AS n FROM (SELECT r.status, r.replayedBy IS NOT NULL AS again FROM millrace_runs r ${byIndex(db, "millrace_runs_parent")}
      WHERE r.parentRunId = ? AND r.workspaceId = ? ORDER BY r.id DESC LIMIT ${COUNTED}) newest GROUP BY status, again`,
    [parentRunId, workspaceId],
  );
  const counts: RunCounts = {};
  for (const row of rows) {
    const of = countedAs(String(row["status"]), Number(row["again"]) === 1 ? "again" : null);
    counts[of] = (counts[of] ?? 0) + Number(row["n"]);
  }
  return { counts, more: rows.reduce((sum, { n }) => sum + Number(n), 0) >= COUNTED };
}
