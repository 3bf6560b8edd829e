import type { ActiveVersion } from "../automations/index.js";
import { fieldTypes, type Workspace } from "../crm/index.js";
import { marks, type Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import { declaredTypes } from "../graph/index.js";
import { type Conditions, type Explanation, evaluate, type Facts, pathsOf } from "../rules/index.js";
import { type Engine, endRun, type Run, readRun } from "../runs/index.js";
import { messageOf } from "../shared/errors.js";
import { rendered } from "./answer-conditions.js";
import type { AutomationIndex } from "./automation-index.js";
import { factsAt, pathsIn } from "./consider.js";

/** Ends the runs of a record in automations whose `exitWhen` this event made true. */
export async function exitRuns(
  engine: Engine,
  index: AutomationIndex,
  event: Event,
  workspace: Workspace,
  tx: Tx,
): Promise<void> {
  if (!event.object || !event.recordId || !event.record) return;
  // An empty tree holds; here it means that nobody has said when to leave.
  const all = index.exits(event.workspaceId, event.object);
  const listening = all.filter(({ document }) => pathsOf(document.enrollment?.exitWhen ?? {}).length > 0);
  if (listening.length === 0) return;
  const ids = listening.map(({ automationId }) => automationId);
  const rows = await engine.db.all(
    `SELECT * FROM millrace_runs WHERE object = ? AND recordId = ? AND automationId IN (${marks(ids)}) AND status IN ('queued','running','waiting')`,
    [event.object, event.recordId, ...ids],
    tx,
  );
  for (const run of rows.map(readRun)) {
    const active = listening.find(({ automationId }) => automationId === run.automationId);
    const held = active ? await leaves(engine, event, active, run, workspace, tx) : null;
    if (!held?.result) continue;
    const reason = {
      code: "exit",
      message: "The record met the condition for leaving this automation.",
      details: { conditions: held, eventId: event.id },
    };
    await endRun(engine, run, reason, tx);
  }
}

/** How `exitWhen` was decided for a run, with its own inputs; null where a template in it cannot be rendered. */
async function leaves(
  engine: Engine,
  event: Event,
  active: ActiveVersion,
  run: Run,
  workspace: Workspace,
  tx: Tx,
): Promise<Explanation | null> {
  const tree: Conditions = active.document.enrollment?.exitWhen ?? {};
  const facts: Facts = await factsAt(engine, event, active, workspace, tx, pathsIn(tree));
  const own = { ...facts, inputs: run.inputs, ...(run.state ? { vars: run.state.vars } : {}) };
  const types = await fieldTypes(engine, event.workspaceId, event.object ?? "");
  const declared = declaredTypes(active.document);
  const timezone = active.document.timezone ?? workspace.timezone;
  try {
    return await evaluate(await rendered(tree, own, timezone), own, {
      timezone,
      types: (fact: string, path: string) => (fact === "record" || fact === "old" ? types(path) : declared(fact, path)),
    });
  } catch (error) {
    engine.log.warn({ runId: run.id, error: messageOf(error) }, "exitWhen cannot be evaluated");
    return null;
  }
}
