import type { Position, Step } from "../graph/index.js";
import { rowAt, type StepRow } from "./step-row.js";
import type { Walk } from "./walk.js";

/** The effects a run stands before: their rows are stored as `running` before the calls go out. */
export function announced(walk: Walk): { step: Step; row: StepRow }[] {
  return walk.newRows.flatMap((row) => {
    const step = row.status === "running" ? walk.version.plan.steps.get(row.position.key) : undefined;
    return step ? [{ step, row }] : [];
  });
}

/** The next row of the step log, not yet among those to store. */
export function newRow(walk: Walk, position: Position, startedAt: number): StepRow {
  walk.state.steps += 1;
  return rowAt(walk.state.steps, position, "running", startedAt);
}
