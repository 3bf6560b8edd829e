import { notFound } from "../../shared/errors.js";
import type { Engine } from "../engine.js";
import { movesOfRun, type RunMove } from "../moves/moves.js";
import { findRuns } from "./find-runs.js";
import { conditionsOf, type RunFilter, shownStatus } from "./run-filter.js";
import { type RunView, runColumns, type StepView, stepView, viewOf } from "./run-view.js";

/** A page of runs, newest first, without their payloads. */
export async function listRuns(
  engine: Engine,
  workspaceId: string,
  filter: RunFilter = {},
): Promise<{ data: RunView[]; nextCursor: string | null }> {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 50), 1), 200);
  const { where, params } = conditionsOf(workspaceId, filter, await findRuns(engine, workspaceId, filter.text));
  const rows = await engine.db.all(
    `SELECT ${runColumns} FROM millrace_runs r LEFT JOIN millrace_automations a ON a.id = r.automationId WHERE ${where} ORDER BY r.id DESC LIMIT ${limit + 1}`,
    params,
  );
  const data = rows.slice(0, limit).map(viewOf);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** How many runs a filter finds, by the status they count under: those run again after they failed are `replayed`. */
export async function countRuns(
  engine: Engine,
  workspaceId: string,
  filter: RunFilter = {},
): Promise<Record<string, number>> {
  const { where, params } = conditionsOf(workspaceId, filter, await findRuns(engine, workspaceId, filter.text));
  const rows = await engine.db.all(
    `SELECT ${shownStatus} AS shown, COUNT(*) AS n FROM millrace_runs r WHERE ${where} GROUP BY ${shownStatus}`,
    params,
  );
  return Object.fromEntries(rows.map((row) => [String(row["shown"]), Number(row["n"])]));
}

/** Reasons are counted over the newest runs only, so that a long log answers as quickly as a short one. */
const COUNTED = 5_000;

/** The most frequent reasons among the newest 5,000 runs a filter finds, by code; at most `most` of them. */
export async function countReasons(
  engine: Engine,
  workspaceId: string,
  filter: RunFilter,
  most = 8,
): Promise<{ code: string; n: number }[]> {
  const { where, params } = conditionsOf(workspaceId, filter, await findRuns(engine, workspaceId, filter.text));
  const rows = await engine.db.all(
    `SELECT reasonCode, COUNT(*) AS n FROM (SELECT r.reasonCode FROM millrace_runs r WHERE ${where} ORDER BY r.id DESC LIMIT ${COUNTED}) newest
      WHERE reasonCode IS NOT NULL GROUP BY reasonCode ORDER BY n DESC, reasonCode LIMIT ${most}`,
    params,
  );
  return rows.map((row) => ({ code: String(row["reasonCode"]), n: Number(row["n"]) }));
}

/** One run with every try at every step; 404 Problem when the workspace has no such run. */
export async function getRun(
  engine: Engine,
  workspaceId: string,
  id: string,
): Promise<RunView & { moves: RunMove[]; steps: StepView[] }> {
  const run = await getRunAlone(engine, workspaceId, id);
  const steps = await engine.db.all("SELECT * FROM millrace_steps WHERE runId = ? ORDER BY n", [id]);
  return { ...run, moves: await movesOfRun(engine, id), steps: steps.map(stepView) };
}

/** One run without its steps, however many they are; 404 Problem when the workspace has no such run. */
export async function getRunAlone(engine: Engine, workspaceId: string, id: string): Promise<RunView> {
  const row = await engine.db.one(
    `SELECT ${runColumns}, r.inputs, r.outputs FROM millrace_runs r LEFT JOIN millrace_automations a ON a.id = r.automationId WHERE r.id = ? AND r.workspaceId = ?`,
    [id, workspaceId],
  );
  if (!row) throw notFound("run", id);
  return viewOf(row);
}

/** A text that is another one whenever anything of a run was stored, and its status. 404 Problem when there is none. */
export async function runStamp(
  engine: Engine,
  workspaceId: string,
  id: string,
): Promise<{ stamp: string; status: RunView["status"] }> {
  const row = await engine.db.one(
    "SELECT status, fence, commits, wakeAt FROM millrace_runs WHERE id = ? AND workspaceId = ?",
    [id, workspaceId],
  );
  if (!row) throw notFound("run", id);
  const stamp = [row["status"], row["fence"], row["commits"], row["wakeAt"]].join(" ");
  return { stamp, status: row["status"] as RunView["status"] };
}
