import { portsOf } from "../../actions/index.js";
import { runnableVersion } from "../../automations/index.js";
import type { Tx } from "../../db/index.js";
import { conflict, invalid, notFound } from "../../shared/errors.js";
import { didYouMean } from "../../shared/nearest.js";
import type { Engine } from "../engine.js";
import type { Answer } from "../run.js";
import { answerWait } from "./waits.js";

/**
 * Answers a step of a host's own kind that waits, by the idempotency key it was carried out with. True: this answer ends
 * the wait, in `tx` when there is one. False: nothing waits under this key, since it was answered, its time is up, the
 * run is over, or its wait is not stored yet. 422 for a port the step does not have.
 */
export async function answerStep(engine: Engine, key: string, answer: Answer, tx?: Tx): Promise<boolean> {
  const [runId = "", step = "", iteration = ""] = key.split(":");
  return engine.db.inTransaction((open) => answerAt(engine, runId, { step, iteration }, answer, open), tx);
}

/**
 * The same for who knows the run instead of the key: 404 when the workspace has no such run, 409 `not_waiting` when no
 * step of a host's own kind waits at that place.
 */
export async function answerRun(
  engine: Engine,
  workspaceId: string,
  runId: string,
  at: { step: string; iteration: string },
  answer: Answer,
): Promise<void> {
  const known = "SELECT id FROM millrace_runs WHERE id = ? AND workspaceId = ?";
  if (!(await engine.db.one(known, [runId, workspaceId]))) throw notFound("run", runId);
  if (await engine.db.inTransaction((tx) => answerAt(engine, runId, at, answer, tx))) return;
  const place = at.iteration ? `"${at.step}" in ${at.iteration}` : `"${at.step}"`;
  throw conflict("not_waiting", `${place} does not wait for an answer of the application, or was answered already.`);
}

async function answerAt(
  engine: Engine,
  runId: string,
  { step: stepKey, iteration }: { step: string; iteration: string },
  answer: Answer,
  tx: Tx,
): Promise<boolean> {
  const wait = await engine.db.one(
    `SELECT w.token, r.automationId, r.version FROM millrace_waits w JOIN millrace_runs r ON r.id = w.runId
        WHERE w.runId = ? AND w.stepKey = ? AND w.iteration = ? AND w.kind = 'host' AND w.wakeAt > ?
          AND r.status IN ('waiting','running')`,
    [runId, stepKey, iteration, engine.clock.now()],
    tx,
  );
  if (!wait) return false;
  const version = await runnableVersion(engine, String(wait["automationId"]), Number(wait["version"]), tx);
  const step = version?.plan.steps.get(stepKey);
  const ports = step ? portsOf(engine.actions, step.kind, step.config) : [];
  if (!ports.includes(answer.port))
    throw invalid([
      { path: "port", message: `"${step?.kind}" has no port "${answer.port}".${didYouMean(answer.port, ports)}` },
    ]);
  return answerWait(engine, runId, String(wait["token"]), answer, tx);
}
