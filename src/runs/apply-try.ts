import type { Step } from "../graph/index.js";
import type { Engine } from "./engine.js";
import { remember } from "./facts/facts.js";
import { finish } from "./finish-run.js";
import { goTo, sameAs } from "./go-to.js";
import { failInLoop, settleLoops, startLoop } from "./loops/loops.js";
import { newRow } from "./new-rows.js";
import type { Place, Reason } from "./run.js";
import { settle } from "./settle.js";
import type { Onward } from "./settled.js";
import { isKept, type StepRow } from "./step-row.js";
import type { Tried } from "./tried.js";
import { askWhetherItHappened } from "./waits/unknown-effect.js";
import { waitFor } from "./waits/waits.js";
import type { Walk } from "./walk.js";

/** Writes down in the walk what a try came to, once. `stored`: the row of the log that was written before it. */
export function applyTry(engine: Engine, walk: Walk, step: Step, place: Place, tried: Tried, stored?: StepRow): void {
  const here = walk.state.ready.find((ready) => sameAs(ready, place));
  const {
    row: end,
    variables,
    failures,
    onward,
  } = settle(engine, walk, step, place, tried, {
    announced: stored !== undefined,
    // While the call was out another branch failed the item it belongs to: the log tells of it, and nothing follows.
    isGone: here === undefined,
  });
  const { input, writes } = tried;
  const row = { ...(stored ?? newRow(walk, place, tried.startedAt)), input, writes, finishedAt: engine.clock.now() };
  Object.assign(row, end);
  (stored ? walk.endedRows : walk.newRows).push(row);
  Object.assign(walk.state.vars, variables);
  walk.failedSteps += failures;
  if (row.status === "success" && isKept(step.kind, row.output)) walk.keptMails += 1;
  if (["success", "failed", "skipped"].includes(row.status)) remember(walk, row);
  if (here) goOnward(engine, walk, step, here, row, onward);
}

function goOnward(engine: Engine, walk: Walk, step: Step, place: Place, row: StepRow, onward: Onward): void {
  const moveLoops = () => settleLoops(walk, (loop, at, ports) => goTo(engine, walk, loop, at, ports));
  switch (onward.to) {
    case "ports":
      goTo(engine, walk, step, place, onward.ports);
      break;
    case "rest":
      waitFor(engine, walk, place, row, onward.wait);
      break;
    case "loop":
      startLoop(walk, place, row, onward.items);
      moveLoops();
      break;
    case "again":
      place.attempt += 1;
      place.wait = { at: onward.at, retry: true };
      break;
    case "question":
      askWhetherItHappened(engine, walk, step, place);
      break;
    case "end":
      finish(walk, onward.status, onward.reason, onward.outputs);
      break;
    case "caught":
      if (failInLoop(walk, place, onward.error)) moveLoops();
      else finish(walk, "failed", failureOf(step, onward.error));
  }
}

function failureOf(step: Step, { code, message }: { code: string; message: string }): Reason {
  return { code, message: `Step "${step.name ?? step.key}" failed: ${message}`, details: { step: step.key } };
}
