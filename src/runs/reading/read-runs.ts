import { notFound } from "../../shared/errors.js";
import type { Engine } from "../engine.js";
import { movesOfRun, type RunMove } from "../moves/moves.js";
import { type RunView, runColumns, type StepView, stepView, viewOf } from "./run-view.js";

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

/** A text that is another one whenever one of the newest runs of a workspace, or of one automation of it, changed. */
export async function newestStamp(
  engine: Engine,
  workspaceId: string,
  automationId: string | undefined,
  newest: number,
): Promise<string> {
  const rows = await engine.db.all(
    `SELECT id, status FROM millrace_runs WHERE workspaceId = ?${automationId ? " AND automationId = ?" : ""} ORDER BY id DESC LIMIT ${Math.trunc(newest)}`,
    automationId ? [workspaceId, automationId] : [workspaceId],
  );
  return rows.map(({ id, status }) => String(id).slice(-8) + String(status)[0]).join("");
}
