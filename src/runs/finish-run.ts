import type { Tx } from "../db/index.js";
import { messageOf } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { createScope, resolveGuarded } from "../templates/index.js";
import type { Engine } from "./engine.js";
import type { Reason, RunStatus } from "./run.js";
import { factsFor, type Walk } from "./walk.js";

/** Ends the run in hand; what still rested in it is closed in the log. */
export function finish(walk: Walk, status: RunStatus, reason: Reason | null, outputs?: JsonObject | null): void {
  for (const position of walk.state.ready) {
    if (!position.wait) continue;
    const { key, iteration, attempt } = position;
    walk.endedRows.push({
      n: position.wait.n,
      position: { key, iteration, attempt },
      status: "skipped",
      input: null,
      output: { reason: reason?.code ?? status },
      error: null,
      port: null,
      conditions: null,
      writes: [],
      startedAt: 0,
      finishedAt: walk.run.wakeAt,
    });
  }
  walk.state.ready = [];
  walk.finished = { status, reason, ...(outputs ? { outputs } : {}) };
}

/** Renders the document's declared outputs for a run that completed; one that cannot be rendered fails the run. */
export async function renderOutputs(engine: Engine, walk: Walk, tx?: Tx): Promise<void> {
  const declared = walk.version.plan.document.outputs;
  if (walk.finished?.status !== "completed" || walk.finished.outputs || !declared) return;
  try {
    const outputs = await resolveGuarded(declared, createScope(await factsFor(engine, walk, [], tx)));
    walk.finished.outputs = outputs as JsonObject;
  } catch (error) {
    walk.finished = { status: "failed", reason: { code: "outputs", message: `The outputs could not be made: ${messageOf(error)}` } };
  }
}
