import type { StepContext } from "../../actions/index.js";
import { type Cause, factsOf, withRelated } from "../../crm/index.js";
import type { Tx } from "../../db/index.js";
import type { Event } from "../../events/index.js";
import { iso } from "../../shared/clock.js";
import type { JsonObject } from "../../shared/json.js";
import type { ScopeParts } from "../../templates/index.js";
import type { Engine } from "../engine.js";
import type { StepRow } from "../step-row.js";
import type { Walk } from "../walk.js";
import { loopFacts } from "./loop-facts.js";
import { userFacts } from "./user-facts.js";

type Facts = StepContext["facts"];

/** What conditions and templates of a step may read; `record` as it is now, `trigger.record` as it was. */
export async function factsFor(
  engine: Engine,
  walk: Walk,
  related: string[],
  tx?: Tx,
  iteration = "",
): Promise<Facts & ScopeParts> {
  const { run, event } = walk;
  const current = run.object && run.recordId ? walk.records.get(`${run.object}:${run.recordId}`) : undefined;
  const facts = current ? factsOf(current) : lastValues(run, event);
  const record =
    facts && run.object && related.length > 0
      ? await withRelated(engine, run.workspaceId, run.object, facts, related, tx)
      : facts;
  const { document } = walk.version.plan;
  const user = event.actor.type === "user" ? await userFacts(engine, run.workspaceId, event.actor, document, tx) : null;
  return {
    record,
    old: { ...(event.record ?? {}), ...Object.fromEntries(event.changes.map((change) => [change.field, change.old])) },
    changed: event.changes.map((change) => change.field),
    trigger: triggerFacts(event),
    inputs: run.inputs,
    steps: walk.steps,
    stepKeys: document.steps.map(({ key }) => key),
    vars: walk.state.vars,
    ...loopFacts(walk, iteration),
    run: { id: run.id, startedAt: iso(run.startedAt), batchId: run.batchId },
    automation: { id: run.automationId, name: walk.version.name, version: run.version },
    workspace: walk.workspace,
    ...(user ? { user } : {}),
    now: engine.clock.now(),
    timezone: walk.timezone,
  };
}

/** What a deletion tells of its record is all there is of it: the values it had. */
function lastValues({ object, recordId }: Walk["run"], event: Event): JsonObject | null {
  const isOfRecord = event.object === object && event.recordId === recordId;
  return event.kind === "record.deleted" && isOfRecord && event.record ? { id: recordId, ...event.record } : null;
}

/** The event as rules and templates read it. */
export function triggerFacts(event: Event): JsonObject {
  return {
    data: event.data,
    ...event.data,
    kind: event.kind,
    name: event.name,
    at: iso(event.at),
    actor: event.actor,
    changes: event.changes,
    record: event.record,
  };
}

/** In whose name the steps of this run write: the run, on behalf of its automation, with everything that led to it. */
export function causeOf(walk: Walk): Cause {
  const { run } = walk;
  return {
    actor: { type: "run", id: run.id, name: walk.version.name, automationId: run.automationId },
    lineage: run.lineage,
    ...(run.batchId ? { source: `batch:${run.batchId}` } : {}),
  };
}

/** Notes what a step came to for those that follow, just as a later claim reads it from the log (`recallSteps`). */
export function remember(walk: Walk, { n, position, output, error, port }: Ended): void {
  walk.steps[position.key] = { output, error, port };
  if (walk.state.ended) walk.state.ended[position.key] = n;
}

type Ended = Pick<StepRow, "n" | "position" | "output" | "error" | "port">;
