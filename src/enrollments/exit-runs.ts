import type { Workspace } from "../crm/index.js";
import { fieldTypes } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import { evaluate } from "../rules/index.js";
import { type Engine, endRun, readRun, triggerFacts } from "../runs/index.js";
import type { AutomationIndex } from "./automation-index.js";

/** Ends the runs of a record in automations whose `exitWhen` this event made true. */
export async function exitRuns(
  engine: Engine,
  index: AutomationIndex,
  event: Event,
  workspace: Workspace,
  tx: Tx,
): Promise<void> {
  if (!event.object || !event.recordId || !event.record) return;
  for (const active of index.exits(event.workspaceId, event.object)) {
    const types = await fieldTypes(engine, event.workspaceId, event.object);
    const facts = {
      record: event.record,
      changed: event.changes.map((change) => change.field),
      trigger: triggerFacts(event),
      now: event.at,
    };
    const held = await evaluate(active.document.enrollment?.exitWhen ?? {}, facts, {
      timezone: active.document.timezone ?? workspace.timezone,
      types: (fact: string, path: string) => (fact === "record" ? types(path) : undefined),
    });
    if (!held.result) continue;
    const rows = await engine.db.all(
      "SELECT * FROM millrace_runs WHERE object = ? AND recordId = ? AND automationId = ? AND status IN ('queued','running','waiting')",
      [event.object, event.recordId, active.automationId],
      tx,
    );
    const reason = {
      code: "exit",
      message: "The record met the condition for leaving this automation.",
      details: { conditions: held, eventId: event.id },
    };
    for (const row of rows) await endRun(engine, readRun(row), reason, tx);
  }
}
