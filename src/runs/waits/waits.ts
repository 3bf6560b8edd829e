import type { WaitFor } from "../../actions/index.js";
import { type Tx, toColumn } from "../../db/index.js";
import { addDuration } from "../../shared/duration.js";
import { newId } from "../../shared/ids.js";
import type { JsonObject } from "../../shared/json.js";
import type { Engine } from "../engine.js";
import { remember } from "../facts/facts.js";
import { relatedPathsOf } from "../facts/related-paths.js";
import { itemsDone } from "../kept-steps.js";
import { newRow } from "../new-rows.js";
import type { Answer, Place, Wait } from "../run.js";
import { rowAt, type StepRow } from "../step-row.js";
import type { Walk } from "../walk.js";
import { followedFields } from "./follow-record.js";
import { noteQuestions } from "./note-questions.js";
import { askedOfOwner } from "./unknown-effect.js";

/** A join's own wait for its other branches. */
type JoinWait = { kind: "join"; timeout: string };

/** Puts a place to rest until its instant, its deadline, or an answer. */
export function waitFor(
  engine: Engine,
  walk: Walk,
  place: Place,
  row: StepRow | null,
  wait: Exclude<WaitFor, { kind: "items" }> | JoinWait,
): void {
  const { key, iteration, attempt } = place;
  const rests = (until: Wait) => {
    walk.state.ready = walk.state.ready.filter((ready) => !(ready.key === key && ready.iteration === iteration));
    walk.state.ready.push({ key, iteration, attempt, wait: row ? { ...until, n: row.n } : until });
  };
  if (wait.kind === "instant") {
    if (row && wait.output) row.output = wait.output;
    const until: Wait = { at: wait.at, ...(wait.output ? { output: wait.output } : {}) };
    const { object, recordId } = walk.run;
    const step = walk.version.plan.steps.get(key);
    const fields = object && recordId && row ? followedFields(step) : [];
    const token = newId();
    rests(fields.length > 0 ? { ...until, token, follows: true } : until);
    const watch = { object, recordId, eventKind: null };
    const related = step ? relatedPathsOf(engine.actions, step) : [];
    const details = { fields, ...(related.length > 0 ? { related, stamp: wait.related ?? null } : {}) };
    if (fields.length > 0)
      walk.newWaits.push({ key, iteration, kind: "date", token, ...watch, details, wakeAt: wait.at });
  } else if (wait.kind === "join") {
    rests({ at: addDuration(engine.clock.now(), wait.timeout, walk.timezone), timeoutPort: "timeout" });
  } else {
    const token = newId();
    rests({ at: wait.deadlineAt, token, timeoutPort: wait.timeoutPort });
    const watch = wait.watch ?? { object: null, recordId: null, eventKind: null };
    walk.newWaits.push({
      key,
      iteration,
      kind: wait.from,
      token,
      ...watch,
      details: wait.details,
      wakeAt: wait.deadlineAt,
      ...(wait.from === "children" ? { carried: itemsDone(walk.kept, place, row?.input ?? null) } : {}),
    });
  }
}

/** Ends a wait that was answered or is due: logs how, with what was known so far, and returns the port to leave by. */
export function endWait(engine: Engine, walk: Walk, place: Place, wait: Wait, soFar: JsonObject): string[] {
  const now = engine.clock.now();
  const port = wait.answer?.port ?? wait.timeoutPort ?? "success";
  const output = wait.answer?.output ?? {
    ...wait.output,
    ...(wait.timeoutPort ? { timedOut: true, ...soFar } : {}),
    resumedAt: new Date(now).toISOString(),
  };
  const ended = { status: "success" as const, output, port, finishedAt: now };
  const row = wait.n === undefined ? newRow(walk, place, now) : rowAt(wait.n, place, "success", now);
  (wait.n === undefined ? walk.newRows : walk.endedRows).push(Object.assign(row, ended));
  // A join that gave up waiting does not run again when the late branches come.
  const arrival = walk.state.arrivals[place.iteration]?.[place.key];
  if (arrival) arrival.fired = true;
  if (wait.token) walk.endedWaits.push({ key: place.key, iteration: place.iteration });
  walk.failedSteps += wait.answer?.failures ?? 0;
  remember(walk, row);
  return [port];
}

/** A run all of whose places rest is woken when the first of them is due. */
export function restUntil(walk: Walk): void {
  const due = walk.state.ready.map(({ wait }) => wait?.at ?? 0);
  walk.wakeAt = Math.min(...due, walk.run.deadlineAt ?? Number.POSITIVE_INFINITY);
}

/**
 * Stores new waits and removes ended ones, in the commit of their run and after the run's own row. Whoever answers writes
 * the wait first and the run second: so either the answer is seen here, or its writer finds the run at rest and wakes it.
 * `planned`: what is kept of waits for children, by token.
 */
export async function saveWaits(
  engine: Engine,
  walk: Walk,
  planned: Map<string, { details: JsonObject }>,
  tx: Tx,
): Promise<void> {
  const { run } = walk;
  const createdAt = engine.clock.now();
  const rows = [];
  for (const wait of walk.newWaits) {
    const { key, details: own, toOwner, carried: _carried, ...stored } = wait;
    const kept = planned.get(wait.token)?.details ?? own;
    const details = toColumn(toOwner ? await askedOfOwner(engine, walk, wait, tx) : kept);
    rows.push({
      runId: run.id,
      workspaceId: run.workspaceId,
      stepKey: key,
      ...stored,
      details,
      createdAt,
      answer: null,
    });
  }
  // A step that is tried again at once waits anew at the same place.
  for (const { key, iteration } of walk.endedWaits) {
    await engine.db.run(
      "DELETE FROM millrace_waits WHERE runId = ? AND stepKey = ? AND iteration = ?",
      [run.id, key, iteration],
      tx,
    );
  }
  if (rows.length > 0) {
    await engine.db.insert("millrace_waits", rows, tx);
    tx.afterCommit(() => engine.ring("waits"));
  }
  await noteQuestions(engine, run, rows, tx);
  if (walk.finished) {
    await forgetWaits(engine, run.id, tx);
    return;
  }
  const answered = await engine.db.one(
    "SELECT token FROM millrace_waits WHERE runId = ? AND answer IS NOT NULL",
    [run.id],
    tx,
  );
  if (answered)
    await engine.db.run(
      "UPDATE millrace_runs SET wakeAt = ? WHERE id = ? AND status = 'waiting'",
      [createdAt, run.id],
      tx,
    );
}

/** Nothing answers a run that is over. */
export async function forgetWaits(engine: Engine, runId: string, tx: Tx): Promise<void> {
  for (const table of ["millrace_waits", "millrace_watches"])
    await engine.db.run(`DELETE FROM ${table} WHERE runId = ?`, [runId], tx);
}

/**
 * Answers a wait, once: of all who show its token the first wins, and gets true. The run is woken; if it is being advanced
 * just now, the worker sees the answer when it stores the run.
 */
export async function answerWait(
  engine: Engine,
  runId: string,
  token: string,
  answer: Answer,
  tx: Tx,
): Promise<boolean> {
  const { changes } = await engine.db.run(
    "UPDATE millrace_waits SET answer = ? WHERE runId = ? AND token = ? AND answer IS NULL",
    [toColumn(answer), runId, token],
    tx,
  );
  if (changes === 0) return false;
  await engine.db.run(
    "UPDATE millrace_runs SET wakeAt = ? WHERE id = ? AND status = 'waiting' AND wakeAt > ?",
    [engine.clock.now(), runId, engine.clock.now()],
    tx,
  );
  tx.afterCommit(() => engine.ring("runs"));
  return true;
}
