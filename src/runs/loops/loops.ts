import type { WaitFor } from "../../actions/index.js";
import { isConnected, iterationOf, loopOf, outerOf, type Step } from "../../graph/index.js";
import { remember } from "../facts/facts.js";
import { giveUp } from "../give-up.js";
import type { LoopFrame, Place } from "../run.js";
import { rowAt, type StepRow } from "../step-row.js";
import type { Walk } from "../walk.js";

/** Leaves a step by some of its ports. */
type Leave = (step: Step, place: Place, ports: readonly string[]) => void;

/** Begins a loop at its first item; the items stay in the row of the step log, so that a crash does not change them. */
export function startLoop(walk: Walk, place: Place, row: StepRow, wait: Extract<WaitFor, { kind: "items" }>): void {
  const { key, iteration } = place;
  const { items, itemVariable, onItemError, truncated } = wait;
  row.input = { ...row.input, items };
  walk.items.set(row.n, items);
  walk.state.ready = walk.state.ready.filter((ready) => !(ready.key === key && ready.iteration === iteration));
  walk.state.loops.push({
    key,
    iteration,
    n: row.n,
    index: -1,
    length: items.length,
    errors: 0,
    onItemError,
    itemVariable,
    truncated,
  });
}

/** Moves loops on whose item in hand is over: to the next item, or out of the loop. Inner loops before outer ones. */
export function settleLoops(walk: Walk, leave: Leave): void {
  for (let frame = restingFrame(walk); frame && !walk.finished; frame = restingFrame(walk)) {
    const { plan } = walk.version;
    const step = plan.steps.get(frame.key);
    const body = step?.next?.["next"];
    delete walk.state.arrivals[iterationOf(frame.key, frame.iteration, frame.index)];
    if (!frame.leaveBy && body && body !== frame.key && frame.index + 1 < frame.length) {
      frame.index += 1;
      walk.state.ready.push({ key: body, iteration: iterationOf(frame.key, frame.iteration, frame.index), attempt: 1 });
    } else if (step) {
      endLoop(walk, step, frame, leave);
    }
  }
}

/** A loop nothing of whose current item is left to do. */
function restingFrame({ state }: Walk): LoopFrame | undefined {
  return state.loops.findLast((frame) => {
    const iteration = iterationOf(frame.key, frame.iteration, frame.index);
    const isWithin = (other: string) => other === iteration || other.startsWith(`${iteration}/`);
    return (
      !state.ready.some((ready) => isWithin(ready.iteration)) && !state.loops.some((inner) => isWithin(inner.iteration))
    );
  });
}

function endLoop(walk: Walk, step: Step, frame: LoopFrame, leave: Leave): void {
  const port = frame.leaveBy ?? "done";
  const { errors, truncated, length } = frame;
  const output = { count: frame.leaveBy ? frame.index + 1 : length, errors, truncated };
  const place: Place = { key: frame.key, iteration: frame.iteration, attempt: 1 };
  const error = port === "error" ? (frame.error ?? null) : null;
  walk.state.loops = walk.state.loops.filter((other) => other !== frame);
  walk.items.delete(frame.n);
  endLoopRow(walk, frame, { status: error ? "failed" : "success", error, output, port });
  remember(walk, { n: frame.n, position: place, error, output, port });
  leave(step, place, [port]);
}

function endLoopRow(walk: Walk, frame: LoopFrame, end: Pick<StepRow, "status" | "error" | "output" | "port">): void {
  const now = walk.now();
  const ended = { ...end, finishedAt: now };
  const fresh = walk.newRows.find(({ n }) => n === frame.n);
  if (fresh) Object.assign(fresh, ended);
  else {
    const position = { key: frame.key, iteration: frame.iteration, attempt: 1 };
    walk.endedRows.push({ ...rowAt(frame.n, position, end.status, now), ...ended });
  }
}

/**
 * A step of a loop's body failed for good. By the loop's `onItemError` the item is given up and the loop goes on, ends,
 * or fails itself: then by its `error` port, else as a failed step of the loop around it. False: nothing caught it.
 */
export function failInLoop(walk: Walk, place: Place, error: { code: string; message: string }): boolean {
  const { state, version } = walk;
  const key = loopOf(place.iteration);
  const outer = outerOf(place.iteration);
  const frame = state.loops.find((candidate) => candidate.key === key && candidate.iteration === outer);
  const step = version.plan.steps.get(key ?? "");
  if (!frame || !step) return false;
  frame.errors += 1;
  if (frame.onItemError === "stop" && !isConnected(version.plan, step, "error")) {
    const { errors, index, truncated } = frame;
    const failed = itemFailed(frame, error);
    endLoopRow(walk, frame, {
      status: "failed",
      error: failed,
      output: { count: index + 1, errors, truncated },
      port: null,
    });
    return loopOf(outer) !== null && failInLoop(walk, { key: frame.key, iteration: outer, attempt: 1 }, failed);
  }
  if (frame.onItemError === "stop") frame.error = itemFailed(frame, error);
  dropIteration(walk, place.iteration);
  if (frame.onItemError !== "continue") frame.leaveBy = frame.onItemError === "break" ? "done" : "error";
  return true;
}

function itemFailed({ index, length }: LoopFrame, { message }: { message: string }) {
  return { code: "item_failed", message: `Item ${index + 1} of ${length} failed: ${message}`, retryable: false };
}

/** A step of the body of `loop`, or of a loop in it, goes on at a step behind it: the loop leaves by `port` at once. */
export function breakOut(walk: Walk, place: Place, { loop, port }: { loop: string; port: string }): void {
  const frame = walk.state.loops.find(
    ({ key, iteration, index }) =>
      key === loop && `${place.iteration}/`.startsWith(`${iterationOf(key, iteration, index)}/`),
  );
  if (!frame) return;
  dropIteration(walk, iterationOf(frame.key, frame.iteration, frame.index), "loop_left");
  frame.leaveBy = port;
}

/** Gives up everything of one item, inner loops included. */
function dropIteration(walk: Walk, iteration: string, reason = "item_failed"): void {
  const { state } = walk;
  const isWithin = (other: string) => other === iteration || other.startsWith(`${iteration}/`);
  giveUp(walk, reason, isWithin);
  state.ready = state.ready.filter((ready) => !isWithin(ready.iteration));
  state.loops = state.loops.filter((inner) => !isWithin(inner.iteration));
  for (const other of Object.keys(state.arrivals)) if (isWithin(other)) delete state.arrivals[other];
}
