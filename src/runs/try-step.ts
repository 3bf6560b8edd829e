import type { Tx } from "../db/index.js";
import type { Step } from "../graph/index.js";
import type { Engine } from "./engine.js";
import { perform, type TryOptions } from "./perform.js";
import type { Place } from "./run.js";
import type { Tried } from "./tried.js";
import type { Walk } from "./walk.js";

/** Thrown in a batch when a step that writes records failed: the whole batch is undone and done again run by run. */
export class StepFailed extends Error {
  constructor(readonly tried: Tried) {
    super("A step failed; what it wrote is undone.");
  }
}

/** Tries a step. One that writes records and fails must leave nothing behind: its savepoint is undone, or the whole batch. */
export async function tryStep(
  engine: Engine,
  walk: Walk,
  step: Step,
  place: Place,
  tx: Tx,
  savepoints: boolean,
  options: TryOptions,
): Promise<Tried> {
  if (step.disabled)
    return {
      outcome: { type: "skip", reason: "This step is switched off." },
      input: {},
      writes: [],
      startedAt: engine.clock.now(),
    };
  if (engine.actions.get(step.kind)?.effect !== "database")
    return perform(engine, walk, step, place, { ...options, tx });
  const attempt = async () => {
    const tried = await perform(engine, walk, step, place, { ...options, tx });
    if (tried.outcome.type === "fail") throw new StepFailed(tried);
    return tried;
  };
  if (!savepoints) return attempt();
  const records = new Map(walk.records);
  return engine.db.savepoint(tx, attempt).catch((error: unknown) => {
    if (!(error instanceof StepFailed)) throw error;
    walk.records = records;
    return { ...error.tried, writes: [] };
  });
}
