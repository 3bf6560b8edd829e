import type { Tx } from "../db/index.js";
import { messageOf } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { createScope, resolveGuarded } from "../templates/index.js";
import { CRASHES } from "./claim-runs.js";
import type { Engine } from "./engine.js";
import { factsFor } from "./facts.js";
import type { Reason, RunStatus } from "./run.js";
import type { Walk } from "./walk.js";

/** Ends the run in hand. Where it stood stays in its state, for a replay; what still rested is closed in the log. */
export function finish(walk: Walk, status: RunStatus, reason: Reason | null, outputs?: JsonObject | null): void {
  const resting = [
    ...walk.state.ready.flatMap(({ wait, ...position }) => (wait?.n === undefined ? [] : [{ n: wait.n, position }])),
    ...walk.state.loops.map(({ n, key, iteration }) => ({ n, position: { key, iteration, attempt: 1 } })),
  ];
  const output = { reason: reason?.code ?? status };
  for (const { n, position } of resting) {
    const ended = { status: "skipped" as const, output, finishedAt: walk.now() };
    const fresh = walk.newRows.find((row) => row.n === n);
    if (fresh) Object.assign(fresh, ended);
    else
      walk.endedRows.push({
        n,
        position,
        input: null,
        error: null,
        port: null,
        conditions: null,
        writes: [],
        startedAt: 0,
        ...ended,
      });
  }
  // A branch whose effect was about to go out is not taken any more.
  walk.newRows = walk.newRows.filter((row) => row.status !== "running");
  walk.finished = { status, reason, ...(outputs ? { outputs } : {}) };
}

/** Ends a run that has killed its worker too often, or has taken longer than its document allows. */
export function finishIfOverdue(engine: Engine, walk: Walk): void {
  const { run, version } = walk;
  // One claim more than crashes, and one for a first claim among others, which says nothing about this run.
  if (run.claims > CRASHES + 1) {
    const message = `The worker stopped ${CRASHES} times while advancing this run, so it is not tried again by itself.`;
    finish(walk, "failed", { code: "crashed_worker", message });
  } else if (run.deadlineAt !== null && run.deadlineAt <= engine.clock.now()) {
    finish(walk, "failed", {
      code: "run_timeout",
      message: `The run took longer than the ${version.plan.document.timeout} it is allowed.`,
    });
  }
}

/** Renders the document's declared outputs for a run that completed; one that cannot be rendered fails the run. */
export async function renderOutputs(engine: Engine, walk: Walk, tx?: Tx): Promise<void> {
  const declared = walk.version.plan.document.outputs;
  if (walk.finished?.status !== "completed" || walk.finished.outputs || !declared) return;
  try {
    const outputs = await resolveGuarded(declared, createScope(await factsFor(engine, walk, [], tx)));
    walk.finished.outputs = outputs as JsonObject;
  } catch (error) {
    walk.finished = {
      status: "failed",
      reason: { code: "outputs", message: `The outputs could not be made: ${messageOf(error)}` },
    };
  }
}
