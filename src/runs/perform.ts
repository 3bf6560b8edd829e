import { performStep, type StepContext } from "../actions/index.js";
import { getRecords } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import type { RecordedEffect } from "../effects/index.js";
import { declaredTypes, type Position, type Step } from "../graph/index.js";
import { durationMs } from "../shared/duration.js";
import { automationVerbs } from "./afterwards/automation-verbs.js";
import type { Engine } from "./engine.js";
import { causeOf, factsFor } from "./facts/facts.js";
import { relatedPathsOf } from "./facts/related-paths.js";
import { keyOf } from "./idempotency-key.js";
import type { Tried } from "./tried.js";
import type { Walk } from "./walk.js";

/** How long a step may take when neither its document nor its kind says. */
const DEFAULT_TIMEOUT_MS = 30_000;

/** How to try: inside a transaction for our own records, with a signal for what leaves, recording in a simulation. */
export type TryOptions = { tx?: Tx | undefined; signal?: AbortSignal; record?: RecordedEffect[] | undefined };

/** Tries the step at `position` once. It throws only when the transaction itself is broken. */
export async function perform(
  engine: Engine,
  walk: Walk,
  step: Step,
  position: Position,
  options: TryOptions,
): Promise<Tried> {
  const { run } = walk;
  const record = run.object && run.recordId ? { object: run.object, id: run.recordId } : null;
  const load: StepContext["load"] = async (object, id) => {
    const known = walk.records.get(`${object}:${id}`);
    const found =
      known ?? (await getRecords(engine, run.workspaceId, object, [id], options.tx, options.tx !== undefined)).get(id);
    if (found) walk.records.set(`${object}:${id}`, found);
    return found ?? null;
  };
  if (record) await load(record.object, record.id);
  const facts = await factsFor(engine, walk, relatedPathsOf(engine.actions, step), options.tx, position.iteration);
  const writes: StepContext["writes"] = [];
  const startedAt = engine.clock.now();
  const performed = await performStep(engine, {
    kind: step.kind,
    config: step.config,
    scope: facts,
    timeoutMs: step.timeout
      ? durationMs(step.timeout)
      : (engine.actions.get(step.kind)?.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    step: {
      workspaceId: run.workspaceId,
      run: { id: run.id, automationId: run.automationId, automationName: walk.version.name, threadId: run.threadId },
      record,
      facts,
      declared: declaredTypes(walk.version.plan.document),
      now: startedAt,
      timezone: walk.timezone,
      host: engine,
      cause: causeOf(walk),
      tx: options.tx,
      writes,
      idempotencyKey: keyOf(walk, position),
      signal: options.signal ?? new AbortController().signal,
      load,
      keep(object, id, changed) {
        if (changed) walk.records.set(`${object}:${id}`, changed);
        else walk.records.delete(`${object}:${id}`);
      },
      stepKey: step.key,
      automations: automationVerbs(engine, run, walk.version.name),
    },
    ...(options.record ? { recorded: options.record } : {}),
  });
  return { ...performed, writes, startedAt };
}
