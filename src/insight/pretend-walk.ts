import type { Automation } from "../automations/index.js";
import type { Event } from "../events/index.js";
import { type Document, type Form, planOf } from "../graph/index.js";
import type { Engine, Run, Walk } from "../runs/index.js";
import { addDuration } from "../shared/duration.js";
import type { JsonObject } from "../shared/json.js";

/** A walk over a run that is nowhere stored, at its beginning: what a simulation takes its steps on. */
export function pretendWalk(
  engine: Engine,
  automation: Automation,
  document: Document,
  form: Form,
  event: Event,
  workspace: { id: string; slug: string; name: string; timezone: string },
  inputs: JsonObject,
): Walk {
  const plan = planOf(document, form);
  const now = engine.clock.now();
  const id = "simulation";
  const record = event.object && event.recordId ? `${event.object}:${event.recordId}` : "";
  const run: Run = {
    id,
    workspaceId: automation.workspaceId,
    automationId: automation.id,
    version: automation.latestVersion,
    object: event.object,
    recordId: event.recordId,
    status: "running",
    eventId: event.id,
    triggerKey: null,
    triggerKind: event.kind,
    actor: event.actor,
    inputs,
    reason: null,
    state: null,
    outputs: null,
    failedSteps: 0,
    keptMails: 0,
    lineage: [{ automationId: automation.id, record, runId: id }],
    parentRunId: null,
    batchId: null,
    replayOf: null,
    replayedBy: null,
    replay: 0,
    threadId: null,
    queuedAt: now,
    startedAt: now,
    finishedAt: null,
    deadlineAt: document.timeout ? addDuration(now, document.timeout) : null,
    day: 0,
    wakeAt: null,
    fence: 0,
    queueNumber: null,
    claims: 1,
  };
  return {
    run,
    version: { automationId: automation.id, name: automation.name, version: automation.latestVersion, plan },
    event,
    timezone: document.timezone ?? workspace.timezone,
    workspace: { id: workspace.id, slug: workspace.slug, name: workspace.name },
    state: {
      ready: plan.entry.map((key) => ({ key, iteration: "", attempt: 1 })),
      arrivals: {},
      loops: [],
      vars: { ...document.variables },
      steps: 0,
    },
    steps: {},
    newRows: [],
    endedRows: [],
    newWaits: [],
    endedWaits: [],
    items: new Map(),
    kept: new Map(),
    now: () => engine.clock.now(),
    failedSteps: 0,
    keptMails: 0,
    finished: null,
    wakeAt: null,
    behind: false,
    records: new Map(),
  };
}
