import { breaksTransaction, isRetryable, isTrouble, letOthersWrite, type Tx } from "../db/index.js";
import { messageOf } from "../shared/errors.js";
import { faultPoint } from "../shared/fault-points.js";
import { applyTry } from "./apply-try.js";
import { endRest } from "./end-rest.js";
import type { Engine } from "./engine.js";
import { finish, finishIfOverdue, renderOutputs } from "./finish-run.js";
import { goTo, sameAs } from "./go-to.js";
import { interrupt } from "./interrupted.js";
import { lockRecords } from "./lock-records.js";
import { announced, newRow } from "./new-rows.js";
import { openWalk } from "./open-walk.js";
import { passOver } from "./pass-over.js";
import { perform, type TryOptions } from "./perform.js";
import { putDown, release } from "./put-down.js";
import type { Place } from "./run.js";
import { LostClaim, saveWalks } from "./save-walks.js";
import { StepFailed, tryStep } from "./try-step.js";
import { restUntil } from "./waits/waits.js";
import { standsBehind } from "./waits/wake-next.js";
import { afterCommit, type RunInHand, type Walk } from "./walk.js";

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

/**
 * One transaction for all. Should anything in it fail, it is undone and done again run by run, each step under a savepoint.
 * A database that is not well says nothing about the runs: they are put down until it is.
 */
async function commitTogether(engine: Engine, runs: RunInHand[]): Promise<Walk[]> {
  try {
    return await commit(engine, runs, false);
  } catch (error) {
    if (breaksTransaction(error) && !isRetryable(error)) return putAllDown(engine, runs, error);
    if (!(error instanceof StepFailed || error instanceof LostClaim))
      engine.log.warn({ error: messageOf(error) }, "a batch of runs is done again one by one");
  }
  const walks: Walk[] = [];
  for (const run of runs) {
    try {
      walks.push(...(await commit(engine, [run], true)));
    } catch (error) {
      // Else the lease runs out and the run is claimed again, until it counts as one that kills its workers.
      if (breaksTransaction(error)) await putAllDown(engine, [run], error);
      else engine.log.error({ runId: run.run.id, error: messageOf(error) }, "a run could not be advanced");
    }
  }
  return walks;
}

async function putAllDown(engine: Engine, runs: RunInHand[], error: unknown): Promise<Walk[]> {
  engine.log.warn(
    { runs: runs.length, error: messageOf(error) },
    "the database is not well; runs in hand are put down",
  );
  for (const { run } of runs) await release(engine, run);
  return [];
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
  try {
    for (let walk: Walk = stored; !walk.finished && walk.wakeAt === null && !signal.aborted; )
      walk = await goOn(engine, walk, signal);
  } catch (error) {
    if (!breaksTransaction(error)) throw error;
    await putAllDown(engine, [stored], error);
  }
}

/** Carries out the effects a run stands before, all at the same time, then stores their results and what follows. */
async function goOn(engine: Engine, before: Walk, signal: AbortSignal): Promise<Walk> {
  const effects = announced(before);
  if (effects.length > 0) faultPoint("announced");
  else await letOthersWrite(engine.db);
  const tries = await Promise.all(
    effects.map(({ step, row }) => perform(engine, before, step, row.position, { signal }).catch(brokenOff)),
  );
  if (effects.length > 0) faultPoint("called");
  return engine.db.inTransaction(async (tx) => {
    const walk = afterCommit(before);
    for (const [at, { step, row }] of effects.entries()) {
      const tried = tries[at] ?? null;
      if (tried) applyTry(engine, walk, step, row.position, tried, row);
      else
        interrupt(
          engine,
          walk,
          step,
          walk.state.ready.find((ready) => sameAs(ready, row.position)),
          row,
          "database",
        );
    }
    await takeSteps(engine, walk, tx, true);
    await saveWalks(engine, [walk], tx);
    return walk;
  });
}

/** Our own database was not well while a call was under way: null, for a try of which nothing is known. */
function brokenOff(error: unknown): null {
  if (!isTrouble(error)) throw error;
  return null;
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
      const ended = await endRest(engine, walk, step, place, place.wait, tryAgain, tx);
      if (ended && "ports" in ended) goTo(engine, walk, step, place, ended.ports);
      else if (ended) applyTry(engine, walk, step, place, ended.tried, ended.row);
    } else if (passOver(engine, walk, step, place)) {
      taken -= 1;
    } else if (engine.stopping.aborted) {
      walk.wakeAt = engine.clock.now();
    } else if (engine.actions.get(step.kind)?.effect === "outside" && !options.record && !step.disabled) {
      if (announced(walk).length > 0 || engine.inHand.hasRoom())
        walk.newRows.push(newRow(walk, place, engine.clock.now()));
      else walk.wakeAt = engine.clock.now() + NO_ROOM_MS;
    } else {
      applyTry(engine, walk, step, place, await tryStep(engine, walk, step, place, tx, savepoints, options));
    }
  }
  await renderOutputs(engine, walk, tx);
}

/** A place that cannot be moved on now: its wait is not over, or its effect is about to go out. */
function standsStill(engine: Engine, walk: Walk, place: Place, options: TryOptions): boolean {
  if (place.wait) return !place.wait.answer && place.wait.at > engine.clock.now();
  return !options.record && announced(walk).some(({ row }) => sameAs(row.position, place));
}
