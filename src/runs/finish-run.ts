import type { Tx } from "../db/index.js";
import { damageOf } from "../events/index.js";
import { messageOf } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { createScope, relatedPaths, resolveGuarded } from "../templates/index.js";
import { CRASHES } from "./claim-runs.js";
import type { Engine } from "./engine.js";
import { factsFor } from "./facts/facts.js";
import { giveUp } from "./give-up.js";
import type { Reason, RunStatus } from "./run.js";
import type { Walk } from "./walk.js";

/** Ends the run in hand, once. Where it stood stays in its state, for a replay; what still rested is closed in the log. */
export function finish(walk: Walk, status: RunStatus, reason: Reason | null, outputs?: JsonObject | null): void {
  giveUp(walk, reason?.code ?? status);
  walk.finished ??= { status, reason, ...(outputs ? { outputs } : {}) };
}

/** Ends a run that has killed its worker too often, has taken longer than its document allows, or has lost what began it. */
export function finishIfOverdue(engine: Engine, walk: Walk): void {
  const { run, version } = walk;
  const damage = damageOf(walk.event);
  // One claim more than crashes, and one for a first claim among others, which says nothing about this run.
  if (run.claims > CRASHES + 1) {
    const message = `The worker stopped ${CRASHES} times while advancing this run, so it is not tried again by itself.`;
    finish(walk, "failed", { code: "crashed_worker", message });
  } else if (damage !== null) {
    finish(walk, "failed", { code: "event_unreadable", message: `The event that began this run is lost. ${damage}` });
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
    const outputs = await resolveGuarded(
      declared,
      createScope(await factsFor(engine, walk, relatedPaths(declared), tx)),
    );
    walk.finished.outputs = outputs as JsonObject;
  } catch (error) {
    walk.finished = {
      status: "failed",
      reason: { code: "outputs", message: `The outputs could not be made: ${messageOf(error)}` },
    };
  }
}
