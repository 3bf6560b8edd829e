import { checkInputs, getAutomation, runnableVersion } from "../automations/index.js";
import { type Actor, factsOf, getRecord, workspaceById } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import { emitEvent, getEvent } from "../events/index.js";
import type { Trigger } from "../graph/index.js";
import { type Engine, type Run, startRuns } from "../runs/index.js";
import { conflict, invalid, notFound, Problem } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { admit } from "./admit.js";
import { consider, versionAt } from "./consider.js";
import type { Entry } from "./entry.js";

/** What a person or a program asks for when it starts an automation. */
export type ManualStart = {
  recordId?: string | null | undefined;
  inputs?: JsonObject | undefined;
  threadId?: string | null | undefined;
  batchId?: string | undefined;
};

/** Every automation has this trigger, written out or not. */
const manualTrigger: Trigger = { key: "manual", kind: "manual" };

/**
 * Starts the published version for a record, or for none in the global context, and returns the run, queued and due. A
 * run over a limit comes back `skipped` with its reason. 404 for an unknown automation or record, 409 when it is not
 * published, paused, or its conditions refuse the record (with the tree), 422 when inputs do not fit.
 */
export async function startManually(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  start: ManualStart,
  by: Actor,
  within?: Tx,
): Promise<Run> {
  const automation = await getAutomation(engine, workspaceId, automationId, within);
  const { publishedVersion } = automation;
  if (publishedVersion === null)
    throw conflict("inactive", `"${automation.name}" has no published version yet. Publish it, then run it.`);
  if (automation.status !== "active")
    throw conflict("inactive", `"${automation.name}" is paused. Switch it on, then run it.`);
  const active = await versionAt(engine, automation, publishedVersion);
  const version = await runnableVersion(engine, automationId, publishedVersion, within);
  const workspace = await workspaceById(engine, workspaceId);
  if (!active || !version || !workspace) throw notFound("automation", automationId);
  const { document } = active;
  const inputs = { ...start.inputs };
  const errors = checkInputs(document.inputs, inputs);
  if (errors.length > 0) throw invalid(errors);
  const record = await recordFor(engine, workspaceId, document.object, start.recordId, within);

  return engine.db.inTransaction(async (tx) => {
    const eventId = await emitEvent(
      engine,
      {
        workspaceId,
        kind: "manual",
        object: record?.object ?? null,
        recordId: record?.id ?? null,
        record: record ? factsOf(record) : null,
        data: { automationId, triggerKey: "manual", inputs },
      },
      { actor: by, ...(start.batchId ? { source: `batch:${start.batchId}` } : {}) },
      tx,
      true,
    );
    const event = await getEvent(engine, workspaceId, eventId, tx);
    if (!event) throw new Error("The event just written is not there.");
    const triggers = document.triggers.some(({ kind }) => kind === "manual")
      ? document.triggers
      : [...document.triggers, manualTrigger];
    const verdict = await consider(engine, event, { ...active, document: { ...document, triggers } }, workspace, tx);
    const entry: Entry = {
      active,
      workspace,
      eventId,
      record: record && { object: record.object, id: record.id },
      refused: verdict.refused,
      startAt: null,
    };
    if (entry.refused?.code === "conditions" || entry.refused?.code === "trigger_filter") {
      throw new Problem(409, entry.refused.code, entry.refused.message, [], { conditions: verdict.conditions });
    }
    await admit(engine, [entry], tx);
    const [run] = await startRuns(
      engine,
      [
        {
          version,
          workspaceId,
          event,
          triggerKey: verdict.trigger?.key ?? "manual",
          record: entry.record,
          inputs,
          refused: entry.refused ?? undefined,
          startAt: entry.startAt ?? { at: engine.clock.now(), reason: null },
          queueNumber: entry.queueNumber,
          batchId: start.batchId ?? null,
          threadId: start.threadId ?? null,
        },
      ],
      tx,
    );
    if (!run) throw new Error("The run just started is not there.");
    tx.afterCommit(() => engine.ring("runs"));
    return run;
  }, within);
}

async function recordFor(
  engine: Engine,
  workspaceId: string,
  object: string | null,
  recordId: string | null | undefined,
  tx?: Tx,
) {
  if (object === null) return null;
  if (!recordId)
    throw invalid([
      { path: "recordId", message: `This automation runs on a ${object}: name the record it is to run on.` },
    ]);
  const record = await getRecord(engine, workspaceId, object, recordId, tx);
  if (!record) throw notFound(object, recordId);
  return record;
}
