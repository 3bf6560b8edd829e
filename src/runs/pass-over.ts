import type { WaitFor } from "../actions/index.js";
import { outletsOf, type Step } from "../graph/index.js";
import type { Engine } from "./engine.js";
import { remember } from "./facts/facts.js";
import { goTo } from "./go-to.js";
import { placeOf } from "./kept-steps.js";
import { settleLoops, startLoop } from "./loops/loops.js";
import { newRow } from "./new-rows.js";
import type { Place } from "./run.js";
import type { StepRow } from "./step-row.js";
import type { Walk } from "./walk.js";

/** Goes on at once where an earlier run has been; false where there is something to do. */
export function passOver(engine: Engine, walk: Walk, step: Step, place: Place): boolean {
  if (walk.kept.size === 0) return false;
  const row = walk.kept.get(placeOf(place));
  const leave = (at: Step, from: Place, ports: readonly string[]) => goTo(engine, walk, at, from, ports);
  if (!row || (row.status === "skipped" && step.kind !== "loop")) return false;
  walk.kept.delete(placeOf(place));
  if (row.status === "skipped") {
    const again = { ...newRow(walk, place, engine.clock.now()), status: "waiting" as const, input: row.input };
    walk.newRows.push(again);
    startLoop(walk, place, again, itemsOf(row));
    settleLoops(walk, leave);
    return true;
  }
  remember(walk, row);
  leave(step, place, row.port === null ? [outletsOf(walk.version.plan, step)] : row.port.split(","));
  return true;
}

function itemsOf({ input, output }: StepRow): Extract<WaitFor, { kind: "items" }> {
  const { items, itemVariable, onItemError } = input ?? {};
  return {
    kind: "items",
    items: Array.isArray(items) ? items : [],
    itemVariable: typeof itemVariable === "string" ? itemVariable : null,
    onItemError: onItemError === "continue" || onItemError === "break" ? onItemError : "stop",
    truncated: output?.["truncated"] === true,
  };
}
