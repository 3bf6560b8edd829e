import pLimit from "p-limit";
import type { Tx } from "../db/index.js";
import { isConnected, nextSteps, type Position, type Step, verdictOn } from "../graph/index.js";
import { messageOf } from "../shared/errors.js";
import { faultPoint } from "../shared/fault-points.js";
import type { Engine } from "./engine.js";
import { heartbeat } from "./heartbeat.js";
import { finish, renderOutputs } from "./finish-run.js";
import { lockRecords } from "./lock-records.js";
import { perform, type Tried, type TryOptions } from "./perform.js";
import type { Wait } from "./run.js";
import { LostClaim, saveWalks } from "./save-walks.js";
import { standsBehind } from "./wake-next.js";
import { openWalk, remember, type RunInHand, type StepRow, type Walk } from "./walk.js";

/** A run whose claims end without a commit this often kills its worker; it is stopped instead of tried again. */
const CLAIMS_WITHOUT_COMMIT = 3;

/** A run that waits behind another is woken by that one's end; this is for when that bell was lost. */
const BEHIND_RECHECK_MS = 60_000;

/**
 * Advances claimed runs until each is over, rests, or was lost to another claim. Steps on our own records are carried
 * out for many runs in one transaction; what leaves the process happens between commits, run by run. Returns how many.
 */
export async function advanceRuns(engine: Engine, runs: RunInHand[]): Promise<number> {
  const limit = pLimit(engine.settings.concurrency);
  for (let start = 0; start < runs.length; start += engine.settings.batch) {
    const beforeEffect = await commitTogether(engine, runs.slice(start, start + engine.settings.batch));
    await Promise.all(beforeEffect.map((walk) => limit(() => carryOutEffects(engine, walk))));
  }
  return runs.length;
}

/** One transaction for all. Should anything in it fail, it is undone and done again run by run, each step under a savepoint. */
async function commitTogether(engine: Engine, runs: RunInHand[]): Promise<Walk[]> {
  try {
    return await commit(engine, runs, false);
  } catch (error) {
    if (!(error instanceof StepFailed || error instanceof LostClaim)) engine.log.warn({ error: messageOf(error) }, "a batch of runs is done again one by one");
  }
  const walks: Walk[] = [];
  for (const run of runs) {
    try {
      walks.push(...(await commit(engine, [run], true)));
    } catch (error) {
      // The lease runs out and the run is claimed again, until CLAIMS_WITHOUT_COMMIT stops it.
      engine.log.error({ runId: run.run.id, error: messageOf(error) }, "a run could not be advanced");
    }
  }
  return walks;
}

/** Takes every database step there is to take, stores it all, and returns the runs that now stand before an effect. */
async function commit(running: Engine, runs: RunInHand[], savepoints: boolean): Promise<Walk[]> {
  // One instant for all that commits together: equal writes of many runs become one statement.
  const now = running.clock.now();
  const engine: Engine = { ...running, clock: { now: () => now } };
  return engine.db.inTransaction(async (tx) => {
    const walks: Walk[] = [];
    for (const run of runs) {
      const walk = await openWalk(engine, run, tx);
      if (walk) walks.push(walk);
    }
    await lockRecords(engine, walks, tx);
    for (const walk of walks) await takeSteps(engine, walk, tx, savepoints);
    await saveWalks(engine, walks, tx);
    return walks.filter((walk) => effectOf(walk) !== undefined);
  }, undefined, !savepoints);
}

/** The effect a run stands before: its row is stored as `running` before the call goes out. */
function effectOf(walk: Walk): StepRow | undefined {
  return walk.newRows.find((row) => row.status === "running");
}

async function carryOutEffects(engine: Engine, stored: Walk): Promise<void> {
  let walk: Walk | undefined = stored;
  try {
    while (walk) walk = await carryOutEffect(engine, walk);
  } catch (error) {
    engine.log.error({ runId: stored.run.id, error: messageOf(error) }, "an effect's result could not be stored; its lease runs out");
  }
}

/** Carries out the effect before `before`, then stores its result together with the database steps that follow. */
async function carryOutEffect(engine: Engine, before: Walk): Promise<Walk | undefined> {
  const row = effectOf(before);
  const step = row && before.version.plan.steps.get(row.position.key);
  if (!row || !step) return undefined;
  faultPoint("announced");
  const alive = heartbeat(engine, before.run);
  const tried = await perform(engine, before, step, row.position, { signal: alive.signal }).finally(alive.stop);
  faultPoint("called");
  return engine.db.inTransaction(async (tx) => {
    const walk = afterCommit(before);
    settle(engine, walk, step, row.position, tried, row);
    await takeSteps(engine, walk, tx, true);
    await saveWalks(engine, [walk], tx);
    return effectOf(walk) ? walk : undefined;
  });
}

/** The same run with nothing left to store; records are read anew, since time has passed. */
function afterCommit(walk: Walk): Walk {
  return { ...walk, run: { ...walk.run, claims: 1 }, state: structuredClone(walk.state), steps: { ...walk.steps }, newRows: [], endedRows: [], records: new Map() };
}

/** Takes steps one after another until the run is over, rests, or stands before an effect that leaves the process. */
export async function takeSteps(engine: Engine, walk: Walk, tx: Tx, savepoints: boolean, options: TryOptions = {}): Promise<void> {
  const { run, version } = walk;
  if (run.claims > CLAIMS_WITHOUT_COMMIT) {
    finish(walk, "failed", { code: "crashed_worker", message: `The worker stopped ${CLAIMS_WITHOUT_COMMIT} times while advancing this run, so it is not tried again by itself.` });
  } else if (run.deadlineAt !== null && run.deadlineAt <= engine.clock.now()) {
    finish(walk, "failed", { code: "run_timeout", message: `The run took longer than the ${version.plan.document.timeout} it is allowed.` });
  }
  if (await standsBehind(engine, run, tx)) {
    walk.behind = true;
    walk.wakeAt = engine.clock.now() + BEHIND_RECHECK_MS;
  }
  while (!walk.finished && walk.wakeAt === null) {
    const position = walk.state.ready[0];
    const step = position && version.plan.steps.get(position.key);
    if (!position || !step) {
      finish(walk, "completed", null);
    } else if (position.wait) {
      endWait(engine, walk, step, position, position.wait);
    } else if (engine.stopping.aborted) {
      walk.wakeAt = engine.clock.now();
    } else if (engine.actions.get(step.kind)?.effect === "outside" && !options.record) {
      walk.newRows.push(newRow(walk, position, engine.clock.now()));
      return;
    } else {
      const tried = await tryStep(engine, walk, step, position, tx, savepoints, options);
      settle(engine, walk, step, position, tried);
    }
  }
  await renderOutputs(engine, walk, tx);
}

/** A database step that fails must leave nothing behind: its savepoint is undone, or, in a batch, the whole batch. */
async function tryStep(engine: Engine, walk: Walk, step: Step, position: Position, tx: Tx, savepoints: boolean, options: TryOptions): Promise<Tried> {
  if (engine.actions.get(step.kind)?.effect !== "database") return perform(engine, walk, step, position, { ...options, tx });
  const attempt = async () => {
    const tried = await perform(engine, walk, step, position, { ...options, tx });
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

class StepFailed extends Error {
  constructor(readonly tried: Tried) {
    super("A step failed; what it wrote is undone.");
  }
}

/** Turns one outcome into a log row and what comes next. `announced` is the row stored before an effect went out. */
function settle(engine: Engine, walk: Walk, step: Step, position: Position, tried: Tried, announced?: StepRow): void {
  const { outcome } = tried;
  const now = engine.clock.now();
  const row: StepRow = announced ?? newRow(walk, position, tried.startedAt);
  Object.assign(row, { input: tried.input, finishedAt: now, writes: tried.writes });
  (announced ? walk.endedRows : walk.newRows).push(row);
  walk.state.ready = walk.state.ready.slice(1);

  switch (outcome.type) {
    case "done": {
      const port = outcome.port ?? "success";
      Object.assign(row, { status: "success", output: outcome.output ?? {}, port, conditions: outcome.conditions ?? null });
      Object.assign(walk.state.vars, outcome.variables);
      remember(walk, step.key, outcome, port);
      if (outcome.end) finish(walk, outcome.end.status, outcome.end.message ? { code: "end", message: outcome.end.message } : null, outcome.end.outputs);
      else goOn(walk, step, position, port);
      return;
    }
    case "wait":
      Object.assign(row, { status: "waiting", output: outcome.for.output ?? null, finishedAt: null });
      walk.state.ready.unshift({ ...position, wait: { at: outcome.for.at, n: row.n, ...(outcome.for.output ? { output: outcome.for.output } : {}) } });
      walk.wakeAt = earliest(outcome.for.at, walk.run.deadlineAt);
      return;
    case "skip":
      Object.assign(row, { status: "skipped", output: { reason: outcome.reason } });
      remember(walk, step.key, outcome, null);
      goOn(walk, step, position, "success");
      return;
    case "fail": {
      const { retryable, error } = outcome;
      Object.assign(row, { status: "failed", error: { ...error, retryable } });
      const verdict = verdictOn(walk.version.plan.document, step, position.attempt, outcome, engine.random());
      if (verdict.then === "retry") {
        row.status = "retrying";
        walk.state.ready.unshift({ ...position, attempt: position.attempt + 1 });
        walk.wakeAt = earliest(now + verdict.delayMs, walk.run.deadlineAt);
        return;
      }
      remember(walk, step.key, outcome, "error");
      walk.failedSteps += 1;
      if (isConnected(walk.version.plan, step, "error")) goOn(walk, step, position, "error");
      else if (verdict.then === "continue") goOn(walk, step, position, "success");
      else finish(walk, "failed", { code: error.code, message: `Step "${step.name ?? step.key}" failed: ${error.message}`, details: { step: step.key } });
    }
  }
}

function goOn(walk: Walk, step: Step, position: Position, port: string): void {
  const next = nextSteps(walk.version.plan, step, port);
  if ("finish" in next) finish(walk, next.finish, next.reason);
  else walk.state.ready.push(...next.go.map((key) => ({ key, iteration: position.iteration, attempt: 1 })));
}

/** A wait that is due ends; one that was looked at early goes on resting. */
function endWait(engine: Engine, walk: Walk, step: Step, position: Position, wait: Wait): void {
  const now = engine.clock.now();
  if (now < wait.at) {
    walk.wakeAt = earliest(wait.at, walk.run.deadlineAt);
    return;
  }
  const output = { ...wait.output, resumedAt: new Date(now).toISOString() };
  const row = newRow(walk, position, now);
  walk.endedRows.push({ ...row, n: wait.n, status: "success", output, port: "success", finishedAt: now });
  walk.state.steps -= 1;
  walk.state.ready = walk.state.ready.slice(1);
  remember(walk, step.key, { type: "done", output }, "success");
  goOn(walk, step, position, "success");
}

function newRow(walk: Walk, position: Position, startedAt: number): StepRow {
  walk.state.steps += 1;
  const { key, iteration, attempt } = position;
  return { n: walk.state.steps, position: { key, iteration, attempt }, status: "running", input: null, output: null, error: null, port: null, conditions: null, writes: [], startedAt, finishedAt: null };
}

function earliest(at: number, deadline: number | null): number {
  return deadline === null ? at : Math.min(at, deadline);
}
