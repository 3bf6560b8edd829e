import { nextSteps, type Step } from "../graph/index.js";
import type { Engine } from "./engine.js";
import { remember } from "./facts/facts.js";
import { finish } from "./finish-run.js";
import { breakOut, settleLoops } from "./loops/loops.js";
import { newRow } from "./new-rows.js";
import type { Place } from "./run.js";
import type { StepRow } from "./step-row.js";
import { waitFor } from "./waits/waits.js";
import type { Walk } from "./walk.js";

/** Leaves a step by some of its ports: what follows becomes ready, what can no more be reached is logged as skipped. */
export function goTo(engine: Engine, walk: Walk, step: Step, place: Place, ports: readonly string[]): void {
  const { state, version } = walk;
  const { iteration } = place;
  state.ready = state.ready.filter((ready) => !sameAs(ready, place));
  const next = nextSteps(version.plan, state.arrivals, step, ports, iteration);
  if ("finish" in next) {
    finish(walk, next.finish, next.reason);
    return;
  }
  state.ready = state.ready.filter((ready) => !(ready.iteration === iteration && next.go.includes(ready.key)));
  state.ready.push(...next.go.map((key) => ({ key, iteration, attempt: 1 })));
  for (const key of next.skipped) logSkipped(engine, walk, { key, iteration, attempt: 1 });
  for (const key of next.joins) restAtJoin(engine, walk, { key, iteration, attempt: 1 });
  if (next.left) breakOut(walk, place, next.left);
  settleLoops(walk, (loop, at, out) => goTo(engine, walk, loop, at, out));
}

function logSkipped(engine: Engine, walk: Walk, place: Place): void {
  if (place.iteration !== "") return;
  const now = engine.clock.now();
  const output = { reason: "No path led here." };
  const row: StepRow = { ...newRow(walk, place, now), status: "skipped", output, finishedAt: now };
  walk.newRows.push(row);
  remember(walk, row);
}

/** A join that was reached waits for the other branches, up to its timeout. */
function restAtJoin(engine: Engine, walk: Walk, place: Place): void {
  const step = walk.version.plan.steps.get(place.key);
  if (step?.kind !== "join" || typeof step.config["timeout"] !== "string") return;
  waitFor(engine, walk, place, null, { kind: "join", timeout: step.config["timeout"] });
}

/** The same step at the same item. */
export const sameAs = (a: Place, b: Place) => a.key === b.key && a.iteration === b.iteration;
