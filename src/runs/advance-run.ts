import { letOthersWrite, type Tx } from "../db/index.js";
import { isConnected, loopOf, outletsOf, type Step, verdictOn } from "../graph/index.js";
import { messageOf } from "../shared/errors.js";
import { faultPoint } from "../shared/fault-points.js";
import type { Engine } from "./engine.js";
import { remember } from "./facts/facts.js";
import { finish, finishIfOverdue, renderOutputs } from "./finish-run.js";
import { goTo, sameAs } from "./go-to.js";
import { lockRecords } from "./lock-records.js";
import { failInLoop, settleLoops, startLoop } from "./loops/loops.js";
import { perform, type Tried, type TryOptions } from "./perform.js";
import { putDown } from "./put-down.js";
import type { Place } from "./run.js";
import { LostClaim, saveWalks } from "./save-walks.js";
import { announced, newRow, type StepRow } from "./step-row.js";
import { StepFailed, tryStep } from "./try-step.js";
import { endRest } from "./waits/end-rest.js";
import { askWhetherItHappened, mustAsk } from "./waits/unknown-effect.js";
import { restUntil, waitFor } from "./waits/waits.js";
import { standsBehind } from "./waits/wake-next.js";
import { afterCommit, openWalk, type RunInHand, type Walk } from "./walk.js";

/** Steps one commit may hold for one run: a long loop is stored, and can be cancelled, every so many steps. */
const STEPS_PER_COMMIT = 200;

/** With too many effects in hand a run is put down, and looked at again by whoever has room then. */
const NO_ROOM_MS = 1_000;

/** A run that waits behind another is woken by that one's end; this is for when that bell was lost. */
const BEHIND_RECHECK_MS = 60_000;

/**
 * Advances claimed runs until each is over, rests, stands before an effect, or was lost to another claim. Steps on our
 * own records are carried out for many runs in one transaction; what leaves the process is handed to `engine.inHand`,
 * which goes on from there, run by run. Returns how many.
 */
export async function advanceRuns(engine: Engine, runs: RunInHand[], suspect = false): Promise<number> {
  for (let start = 0; start < runs.length; start += engine.settings.batch) {
    for (const walk of await commitTogether(engine, runs.slice(start, start + engine.settings.batch))) {
      engine.inHand.take(engine, walk.run, (signal) => goOnAlone(engine, walk, signal), suspect);
    }
  }
  return runs.length;
}

/** One transaction for all. Should anything in it fail, it is undone and done again run by run, each step under a savepoint. */
async function commitTogether(engine: Engine, runs: RunInHand[]): Promise<Walk[]> {
  try {
    return await commit(engine, runs, false);
  } catch (error) {
    if (!(error instanceof StepFailed || error instanceof LostClaim))
      engine.log.warn({ error: messageOf(error) }, "a batch of runs is done again one by one");
  }
  const walks: Walk[] = [];
  for (const run of runs) {
    try {
      walks.push(...(await commit(engine, [run], true)));
    } catch (error) {
      // The lease runs out and the run is claimed again, until it counts as one that kills its workers.
      engine.log.error({ runId: run.run.id, error: messageOf(error) }, "a run could not be advanced");
    }
  }
  return walks;
}

/** Takes every database step there is to take, stores it all, and returns the runs that are not at rest. */
async function commit(running: Engine, runs: RunInHand[], savepoints: boolean): Promise<Walk[]> {
  // One instant for all that commits together: equal writes of many runs become one statement.
  const now = running.clock.now();
  const engine: Engine = { ...running, clock: { now: () => now } };
  const work = async (tx: Tx) => {
    const walks: Walk[] = [];
    for (const run of runs) {
      const walk = await openWalk(engine, run, tx);
      if (walk) walks.push(walk);
    }
    await lockRecords(engine, walks, tx);
    for (const walk of walks) await takeSteps(engine, walk, tx, savepoints);
    await saveWalks(engine, walks, tx);
    return walks.filter((walk) => !walk.finished && walk.wakeAt === null);
  };
  return engine.db.inTransaction(work, undefined, !savepoints);
}

/** A run that stands before effects, or has more steps than one commit holds, goes on by itself. */
async function goOnAlone(engine: Engine, stored: Walk, signal: AbortSignal): Promise<void> {
  if (engine.stopping.aborted) return putDown(engine, stored);
  for (let walk: Walk = stored; !walk.finished && walk.wakeAt === null && !signal.aborted; )
    walk = await goOn(engine, walk, signal);
}

/** Carries out the effects a run stands before, all at the same time, then stores their results and what follows. */
async function goOn(engine: Engine, before: Walk, signal: AbortSignal): Promise<Walk> {
  const effects = announced(before);
  if (effects.length > 0) faultPoint("announced");
  else await letOthersWrite(engine.db);
  const tries = await Promise.all(
    effects.map(({ step, row }) => perform(engine, before, step, row.position, { signal })),
  );
  if (effects.length > 0) faultPoint("called");
  return engine.db.inTransaction(async (tx) => {
    const walk = afterCommit(before);
    for (const [at, { step, row }] of effects.entries()) {
      const tried = tries[at];
      if (tried) settle(engine, walk, step, row.position, tried, row);
    }
    await takeSteps(engine, walk, tx, true);
    await saveWalks(engine, [walk], tx);
    return walk;
  });
}

/** Takes steps one after another until the run is over, rests, stands before effects, or a commit is due. */
export async function takeSteps(
  engine: Engine,
  walk: Walk,
  tx: Tx,
  savepoints: boolean,
  options: TryOptions = {},
): Promise<void> {
  finishIfOverdue(engine, walk);
  if (await standsBehind(engine, walk.run, tx)) {
    walk.behind = true;
    walk.wakeAt = engine.clock.now() + BEHIND_RECHECK_MS;
  }
  for (let taken = 0; !walk.finished && walk.wakeAt === null && taken < STEPS_PER_COMMIT; taken++) {
    const place = walk.state.ready.find((ready) => !standsStill(engine, walk, ready, options));
    const step = place && walk.version.plan.steps.get(place.key);
    if (!place || !step) {
      if (announced(walk).length > 0) break;
      if (walk.state.ready.length === 0) finish(walk, "completed", null);
      else restUntil(walk);
    } else if (place.wait) {
      const tryAgain = () => tryStep(engine, walk, step, place, tx, savepoints, options);
      const ended = await endRest(engine, walk, step, place, place.wait, tryAgain);
      if (ended && "ports" in ended) goTo(engine, walk, step, place, ended.ports);
      else if (ended) settle(engine, walk, step, place, ended.tried, ended.row);
    } else if (engine.stopping.aborted) {
      walk.wakeAt = engine.clock.now();
    } else if (engine.actions.get(step.kind)?.effect === "outside" && !options.record && !step.disabled) {
      if (announced(walk).length > 0 || engine.inHand.hasRoom())
        walk.newRows.push(newRow(walk, place, engine.clock.now()));
      else walk.wakeAt = engine.clock.now() + NO_ROOM_MS;
    } else {
      settle(engine, walk, step, place, await tryStep(engine, walk, step, place, tx, savepoints, options));
    }
  }
  await renderOutputs(engine, walk, tx);
}

/** A place that cannot be moved on now: its wait is not over, or its effect is about to go out. */
function standsStill(engine: Engine, walk: Walk, place: Place, options: TryOptions): boolean {
  if (place.wait) return !place.wait.answer && place.wait.at > engine.clock.now();
  return (
    !options.record &&
    announced(walk).some(({ row }) => row.position.key === place.key && row.position.iteration === place.iteration)
  );
}

/** Turns one outcome into a log row and what comes next. `stored` is the row written before an effect went out. */
function settle(engine: Engine, walk: Walk, step: Step, place: Place, tried: Tried, stored?: StepRow): void {
  const { outcome } = tried;
  const row: StepRow = stored ?? newRow(walk, place, tried.startedAt);
  Object.assign(row, { input: tried.input, finishedAt: engine.clock.now(), writes: tried.writes });
  (stored ? walk.endedRows : walk.newRows).push(row);
  // While the call was out another branch failed the item it belongs to: the log tells of it, and nothing follows.
  const isGone = !walk.state.ready.some((ready) => sameAs(ready, place));

  switch (outcome.type) {
    case "done": {
      const ports = outcome.ports ?? [outcome.port ?? "success"];
      Object.assign(row, {
        status: "success",
        output: outcome.output ?? {},
        port: ports.join(","),
        conditions: outcome.conditions ?? null,
      });
      Object.assign(walk.state.vars, outcome.variables);
      remember(walk, row);
      if (isGone) return;
      if (outcome.end)
        finish(
          walk,
          outcome.end.status,
          outcome.end.message ? { code: "end", message: outcome.end.message } : null,
          outcome.end.outputs,
        );
      else goTo(engine, walk, step, place, ports);
      return;
    }
    case "wait":
      Object.assign(row, { status: "waiting", finishedAt: null });
      if (outcome.for.kind === "items") startLoop(walk, place, row, outcome.for);
      else waitFor(engine, walk, place, row, outcome.for);
      if (outcome.for.kind === "items") settleLoops(walk, (loop, at, ports) => goTo(engine, walk, loop, at, ports));
      return;
    case "skip":
      Object.assign(row, { status: "skipped", output: { reason: outcome.reason } });
      remember(walk, row);
      goTo(engine, walk, step, place, [outletsOf(walk.version.plan, step)]);
      return;
    case "fail": {
      const { retryable, error } = outcome;
      Object.assign(row, { status: "failed", error: { ...error, retryable }, output: outcome.output ?? null });
      const at = isGone ? undefined : walk.state.ready.find((ready) => sameAs(ready, place));
      if (at && stored && mustAsk(step, error)) {
        row.status = "unknown";
        askWhetherItHappened(engine, walk, step, at);
        return;
      }
      const verdict = verdictOn(walk.version.plan.document, step, place.attempt, outcome, engine.random());
      if (at && verdict.then === "retry" && !walk.finished) {
        row.status = "retrying";
        const wait = { at: engine.clock.now() + verdict.delayMs, retry: true as const };
        Object.assign(at, { attempt: place.attempt + 1, wait });
        return;
      }
      const isCaught = isConnected(walk.version.plan, step, "error");
      row.port = isCaught ? "error" : null;
      remember(walk, row);
      walk.failedSteps += 1;
      if (isGone) return;
      if (isCaught) goTo(engine, walk, step, place, ["error"]);
      else if (verdict.then === "continue") goTo(engine, walk, step, place, [outletsOf(walk.version.plan, step)]);
      else if (loopOf(place.iteration) && failInLoop(walk, place, error))
        settleLoops(walk, (loop, at, ports) => goTo(engine, walk, loop, at, ports));
      else
        finish(walk, "failed", {
          code: error.code,
          message: `Step "${step.name ?? step.key}" failed: ${error.message}`,
          details: { step: step.key },
        });
    }
  }
}
