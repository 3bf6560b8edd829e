import { type Outcome, type Performed, performStep, type StepCall, type Write } from "../../src/actions/index.js";
import { factsOf, getRecord, getRecords, type RecordRow } from "../../src/crm/index.js";
import type { JsonObject } from "../../src/shared/json.js";
import type { RecordWorld } from "../support/record-world.js";

/** What a test may say about a try: the run's record (the deal unless told otherwise), more names, another step. */
export type Circumstances = {
  record?: { object: string; id: string } | null;
  names?: JsonObject;
  stepKey?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  recorded?: StepCall["recorded"];
};

export type Tried = Performed & { writes: Write[]; kept: Map<string, RecordRow | null> };

const nobody = () => Promise.reject(new Error("There are no automations in this world."));

/** For steps that must not touch automations. */
export const noAutomations = { pause: nobody, resume: nobody, cancelRuns: nobody };

class Undone extends Error {
  constructor(readonly tried: Tried) {
    super("A failed step leaves nothing behind.");
  }
}

/** Tries a step in a transaction of its own, as a run would: it commits unless the step failed. */
export async function performIn(
  world: RecordWorld,
  kind: string,
  config: JsonObject,
  more: Circumstances = {},
): Promise<Tried> {
  const { room, ws, deal } = world;
  const target = more.record === undefined ? { object: deal.object, id: deal.id } : more.record;
  const attempt = room.db.inTransaction(async (tx) => {
    const kept: Tried["kept"] = new Map();
    const writes: Write[] = [];
    const own = target && (await getRecord(room, ws, target.object, target.id, tx));
    const facts = {
      record: own && factsOf(own),
      vars: {},
      inputs: {},
      steps: {},
      now: room.clock.now(),
      ...more.names,
    };
    const performed = await performStep(room, {
      kind,
      config,
      scope: facts,
      timeoutMs: more.timeoutMs ?? 5_000,
      ...(more.recorded && { recorded: more.recorded }),
      step: {
        workspaceId: ws,
        run: { id: "run1", automationId: "auto1", automationName: "Won deals", threadId: null },
        stepKey: more.stepKey ?? "step",
        record: target,
        facts,
        now: room.clock.now(),
        timezone: "Europe/Berlin",
        host: room,
        cause: { actor: { type: "run", id: "run1", name: "Won deals", automationId: "auto1" } },
        tx,
        writes,
        idempotencyKey: "run1:step:",
        signal: more.signal ?? new AbortController().signal,
        load: async (object, id) => (await getRecords(room, ws, object, [id], tx, true)).get(id) ?? null,
        automations: noAutomations,
        keep: (object, id, record) => kept.set(`${object}:${id}`, record),
      },
    });
    const tried = { ...performed, writes, kept };
    if (performed.outcome.type === "fail") throw new Undone(tried);
    return tried;
  });
  return attempt.catch((error: unknown) => {
    if (error instanceof Undone) return error.tried;
    throw error;
  });
}

/** The output of a step that must succeed. */
export async function outputIn(
  world: RecordWorld,
  kind: string,
  config: JsonObject,
  more?: Circumstances,
): Promise<JsonObject> {
  const { outcome } = await performIn(world, kind, config, more);
  if (outcome.type === "done") return outcome.output ?? {};
  throw new Error(`${kind} should have succeeded: ${JSON.stringify(outcome)}`);
}

/** The error code of a step that must fail. */
export async function failureIn(
  world: RecordWorld,
  kind: string,
  config: JsonObject,
  more?: Circumstances,
): Promise<string> {
  const { outcome } = await performIn(world, kind, config, more);
  return codeOf(outcome);
}

export function codeOf(outcome: Outcome): string {
  if (outcome.type === "fail") return outcome.error.code;
  throw new Error(`It should have failed: ${JSON.stringify(outcome)}`);
}
