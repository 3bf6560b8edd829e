import { getAutomation, type RunnableVersion, runnableVersion } from "../../automations/index.js";
import { countReplayed } from "../../counts/index.js";
import type { Actor } from "../../crm/index.js";
import { marks, sqlDialect, type Tx } from "../../db/index.js";
import { getEvent } from "../../events/index.js";
import { conflict, notFound } from "../../shared/errors.js";
import type { Engine } from "../engine.js";
import { type Run, type RunState, readRun, unfinished } from "../run.js";
import { startRuns } from "../start-run.js";
import { keepSteps } from "./keep-steps.js";

/** Where a run begins that is run again: where it failed, on its own version; or at the start, on the published one. */
export type ReplayFrom = "failed" | "start";

/**
 * Starts a finished run again, each linked to the other: `start` on the published version with the same trigger data, or
 * `failed` on the same version, where what succeeded is passed over: of a loop's items, and of those that runs were started
 * for, only the failed ones and those never begun are taken. Returns the new run's id. 409 when the run is not over, is
 * being run again already, has not failed anywhere, or nothing is published any more. A child that is run again reports to
 * nobody. `batchId`: the batch the new run belongs to.
 */
export async function replayRun(
  engine: Engine,
  workspaceId: string,
  id: string,
  from: ReplayFrom,
  by: Actor,
  batchId: string | null = null,
): Promise<string> {
  return engine.db.inTransaction(async (tx) => {
    const { run, all } = await lockRuns(engine, workspaceId, id, tx);
    demandOver(run);
    demandAlone(run, all);
    const event = await getEvent(engine, workspaceId, run.eventId, tx);
    const version = await versionFor(engine, run, from, tx);
    if (!event || !version)
      throw conflict("gone", "The event or version of this run is no longer stored, so it cannot be replayed.");
    const kept = from === "failed" ? await keepSteps(engine, run, tx) : null;
    const [again] = await startRuns(
      engine,
      [
        {
          version,
          workspaceId,
          event: { ...event, actor: by },
          triggerKey: run.triggerKey,
          record: run.object && run.recordId ? { object: run.object, id: run.recordId } : null,
          inputs: run.inputs,
          startAt: { at: engine.clock.now(), reason: null },
          replayOf: { runId: run.id, replay: Math.max(...all.map(({ replay }) => replay)) + 1 },
          resume: kept && stateWith(version, run, kept.upTo),
          batchId,
          // For display: the run that started the first one has heard of its end, and hears nothing of this one.
          parentRunId: run.parentRunId,
        },
      ],
      tx,
    );
    if (!again) throw conflict("gone", "The run could not be started again.");
    if (kept && kept.rows.length > 0)
      await engine.db.insert(
        "millrace_steps",
        kept.rows.map((row) => ({ ...row, runId: again.id })),
        tx,
      );
    await engine.db.run(
      "UPDATE millrace_runs SET replayedBy = ?, commits = commits + 1 WHERE id = ?",
      [again.id, run.id],
      tx,
    );
    await countReplayed(engine, run, tx);
    tx.afterCommit(() => engine.ring("runs"));
    return again.id;
  });
}

/** A run and all others of its automation and event, held until `tx` ends: replays of one event come one after another. */
async function lockRuns(engine: Engine, workspaceId: string, id: string, tx: Tx): Promise<{ run: Run; all: Run[] }> {
  const known = await engine.db.one(
    "SELECT automationId, eventId FROM millrace_runs WHERE id = ? AND workspaceId = ?",
    [id, workspaceId],
    tx,
  );
  if (!known) throw notFound("run", id);
  const rows = await engine.db.all(
    `SELECT * FROM millrace_runs WHERE automationId = ? AND eventId = ? ORDER BY replay${sqlDialect(engine.db).forUpdate}`,
    [known["automationId"] ?? "", known["eventId"] ?? 0],
    tx,
  );
  const all = rows.map(readRun);
  const run = all.find((one) => one.id === id);
  if (!run) throw notFound("run", id);
  return { run, all };
}

const isOpen = ({ status }: Run) => unfinished.some((open) => open === status);

function demandOver(run: Run): void {
  if (isOpen(run)) throw conflict("not_finished", "This run is still under way. Cancel it first, or wait for its end.");
}

function demandAlone(run: Run, all: Run[]): void {
  const replay = all.find((other) => other.replayOf === run.id && isOpen(other));
  if (replay)
    throw conflict(
      "already_replayed",
      "This run is being run again already. Wait for the end of that run, or cancel it.",
      {
        runId: replay.id,
      },
    );
}

async function versionFor(engine: Engine, run: Run, from: ReplayFrom, tx: Tx): Promise<RunnableVersion | null> {
  if (from === "failed") return runnableVersion(engine, run.automationId, run.version, tx);
  const automation = await getAutomation(engine, run.workspaceId, run.automationId, tx);
  return automation.publishedVersion === null
    ? null
    : runnableVersion(engine, run.automationId, automation.publishedVersion, tx);
}

/** It begins at the beginning, and finds what is kept there; its variables are what they had become. */
function stateWith({ plan }: RunnableVersion, { state }: Run, kept: number): RunState {
  return {
    ready: plan.entry.map((key) => ({ key, iteration: "", attempt: 1 })),
    arrivals: {},
    loops: [],
    vars: state?.vars ?? { ...plan.document.variables },
    steps: kept,
    kept,
  };
}

/** Starts skipped runs that a limit refused, now: what "start anyway" on the log does; those started before are left out. Returns the new ids. */
export async function startSkipped(engine: Engine, workspaceId: string, ids: string[], by: Actor): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await engine.db.all(
    `SELECT id FROM millrace_runs WHERE workspaceId = ? AND status = 'skipped' AND replayedBy IS NULL AND id IN (${marks(ids)})`,
    [workspaceId, ...ids],
  );
  const started: string[] = [];
  for (const row of rows) started.push(await replayRun(engine, workspaceId, String(row["id"]), "start", by));
  return started;
}
