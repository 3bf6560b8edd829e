import { countEnds } from "../counts/index.js";
import { marks, type Param, quote, type Tx, toColumn } from "../db/index.js";
import { faultPoint } from "../shared/fault-points.js";
import { mayStartRuns, stopChildren } from "./afterwards/cancel-run.js";
import { tellOfFailures } from "./afterwards/tell-of-failures.js";
import { reportEnds } from "./children/children.js";
import { startPlanned, takePlans } from "./children/start-children.js";
import type { Engine } from "./engine.js";
import { keyOf } from "./idempotency-key.js";
import { announced } from "./new-rows.js";
import type { StepRow } from "./step-row.js";
import { tellObserver } from "./tell-observer.js";
import { saveWaits } from "./waits/waits.js";
import { turnReason, wakeNext } from "./waits/wake-next.js";
import { gotOn, type Walk } from "./walk.js";

/** Thrown inside a commit when a claim was lost meanwhile: another worker took the run over, or a person cancelled it. */
export class LostClaim extends Error {
  constructor(readonly runId: string) {
    super(`The claim on run ${runId} was lost; what this worker did since is not stored.`);
  }
}

/**
 * Stores what walks came to, in `tx`: step rows in one insert, runs in one update for each distinct result, every one
 * `WHERE fence = ?`. Throws LostClaim, so that the transaction rolls back, when any claim is no longer ours.
 */
export async function saveWalks(engine: Engine, walks: Walk[], tx: Tx): Promise<void> {
  const rows = walks.flatMap((walk) => walk.newRows.map((row) => stepRow(walk, row)));
  if (rows.length > 0) await engine.db.insert("millrace_steps", rows, tx);
  for (const walk of walks) for (const row of walk.endedRows) await storeEnd(engine, walk, row, tx);
  if (walks.some((walk) => walk.finished)) faultPoint("saving");
  for (const group of grouped(engine, walks).values()) {
    await updateRuns(engine, group.walks, group.values, tx);
    const { wakeAt, status } = group.values;
    if (status === "waiting" && typeof wakeAt === "number") tx.afterCommit(() => engine.ringAt("runs", wakeAt));
  }
  const ends = walks.flatMap(({ run, finished }) => (finished ? [{ run, ...finished }] : []));
  await countEnds(engine, ends, tx);
  tellObserver(engine, walks, tx);
  const planned = await takePlans(engine, walks, tx);
  for (const walk of walks) await stopWhatItLeft(engine, walk, tx);
  for (const walk of walks) if (waitsForOthers(walk)) await saveWaits(engine, walk, planned, tx);
  await startPlanned(engine, planned, tx);
  await reportEnds(engine, endedChildren(walks), tx);
  await tellOfFailures(engine, walks, tx);
  for (const walk of walks) if (walk.finished) await wakeNext(engine, walk.run, tx);
}

/** A run that is over, or no longer waits at a place, takes with it what it waited for. */
async function stopWhatItLeft(engine: Engine, walk: Walk, tx: Tx): Promise<void> {
  const { run, finished, endedWaits, version } = walk;
  if (!mayStartRuns(version)) return;
  for (const at of finished ? [null] : endedWaits) await stopChildren(engine, run.id, at, tx);
}

function endedChildren(walks: Walk[]): { id: string; status: "completed" | "failed" | "cancelled" }[] {
  return walks.flatMap(({ run, finished }) => {
    const status = finished?.status;
    const isEnd = status === "completed" || status === "failed" || status === "cancelled";
    return run.parentRunId && isEnd ? [{ id: run.id, status }] : [];
  });
}

/** Most runs wait for nothing but the clock, and touch no row of a wait. */
function waitsForOthers({ newWaits, endedWaits, state, run }: Walk): boolean {
  const asks = (ready: { wait?: { token?: string } }[]) => ready.some(({ wait }) => wait?.token !== undefined);
  return newWaits.length > 0 || endedWaits.length > 0 || asks(state.ready) || asks(run.state?.ready ?? []);
}

type Values = Record<string, Param>;

function grouped(engine: Engine, walks: Walk[]): Map<string, { values: Values; walks: Walk[] }> {
  const groups = new Map<string, { values: Values; walks: Walk[] }>();
  for (const walk of walks) {
    const values = valuesOf(engine, walk);
    const key = JSON.stringify([walk.run.fence, values]);
    const group = groups.get(key);
    if (group) group.walks.push(walk);
    else groups.set(key, { values, walks: [walk] });
  }
  return groups;
}

function valuesOf(engine: Engine, walk: Walk): Values {
  const now = engine.clock.now();
  const { finished } = walk;
  if (finished) {
    return {
      status: finished.status,
      reasonCode: finished.reason?.code ?? null,
      reason: toColumn(finished.reason),
      outputs: toColumn(finished.outputs),
      failedSteps: walk.failedSteps,
      keptMails: walk.keptMails,
      // What a replay from the failed step goes on with.
      state: finished.status === "failed" || walk.failedSteps > 0 ? toColumn(walk.state) : null,
      finishedAt: now,
      wakeAt: null,
      claims: 0,
    };
  }
  const resting = walk.wakeAt !== null;
  return {
    status: resting ? "waiting" : "running",
    reasonCode: walk.behind ? turnReason.code : null,
    reason: walk.behind ? toColumn(turnReason) : null,
    state: toColumn({ ...walk.state, open: announced(walk).map(({ row }) => row.n) }),
    failedSteps: walk.failedSteps,
    keptMails: walk.keptMails,
    wakeAt: walk.wakeAt ?? now + engine.settings.leaseMs,
    claims: resting ? 0 : advanced(walk) ? gotOn(walk.run).claims : walk.run.claims,
  };
}

/** Some step came to an end in this commit; a call that is only announced, or was left behind by a crash, has not. */
function advanced({ newRows, endedRows }: Walk): boolean {
  return (
    newRows.some(({ status }) => status !== "running") || endedRows.some(({ error }) => error?.code !== "interrupted")
  );
}

/** Changed rows are counted, not matched ones: `commits` makes sure that a matched row is a changed one. */
async function updateRuns(engine: Engine, walks: Walk[], values: Values, tx: Tx): Promise<void> {
  const ids = walks.map((walk) => walk.run.id);
  const set = Object.keys(values).map((column) => `${quote(column)} = ?`);
  const { changes } = await engine.db.run(
    `UPDATE millrace_runs SET ${set.join(", ")}, commits = commits + 1 WHERE id IN (${marks(ids)}) AND fence = ? AND status = 'running'`,
    [...Object.values(values), ...ids, walks[0]?.run.fence ?? 0],
    tx,
  );
  if (changes !== ids.length) throw new LostClaim(ids.join(", "));
}

async function storeEnd(engine: Engine, walk: Walk, row: StepRow, tx: Tx): Promise<void> {
  await engine.db.run(
    "UPDATE millrace_steps SET status = ?, input = COALESCE(?, input), output = ?, error = ?, port = ?, finishedAt = ? WHERE runId = ? AND n = ?",
    [
      row.status,
      toColumn(row.input),
      toColumn(row.output),
      toColumn(row.error),
      row.port,
      row.finishedAt,
      walk.run.id,
      row.n,
    ],
    tx,
  );
}

function stepRow(walk: Walk, row: StepRow): Record<string, Param> {
  const step = walk.version.plan.steps.get(row.position.key);
  return {
    runId: walk.run.id,
    n: row.n,
    key: row.position.key,
    kind: step?.kind ?? "",
    name: step?.name ?? null,
    iteration: row.position.iteration,
    attempt: row.position.attempt,
    status: row.status,
    input: toColumn(row.input),
    output: toColumn(row.output),
    error: toColumn(row.error),
    port: row.port,
    conditions: toColumn(row.conditions),
    writes: toColumn(row.writes.length > 0 ? row.writes : null),
    idempotencyKey: keyOf(walk, row.position),
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  };
}
