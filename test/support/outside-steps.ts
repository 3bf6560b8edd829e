import type { ActionKind } from "../../src/actions/action.js";
import { checkConfig } from "../../src/actions/check-config.js";
import { type Performed, performStep, type StepCall } from "../../src/actions/perform-step.js";
import type { ActionRoom } from "../../src/actions/room.js";
import { createObjectTable } from "../../src/crm/index.js";
import type { RecordedEffect } from "../../src/effects/index.js";
import type { FieldError } from "../../src/shared/errors.js";
import type { gateway } from "./gateway.js";

type World = Awaited<ReturnType<typeof gateway>>;

/** Carries a step kind out as a run would, on a gateway: rendered, checked, performed, redacted. */
export function stepOn(world: World, action: ActionKind) {
  const room = { ...world, actions: new Map([[action.kind, action]]) } as unknown as ActionRoom;
  const step = {
    workspaceId: "w1",
    run: { id: "r1", automationId: "a1", automationName: "Tell", threadId: null },
    stepKey: "tell",
    idempotencyKey: "r1:tell:0",
    signal: new AbortController().signal,
    now: world.clock.now(),
    timezone: "UTC",
    host: { db: world.db, clock: world.clock, ring() {}, objects: createObjectTable() },
  } as unknown as StepCall["step"];
  return (
    config: Record<string, unknown>,
    scope: StepCall["scope"] = {},
    recorded?: RecordedEffect[],
  ): Promise<Performed> =>
    performStep(room, { kind: action.kind, config, scope, step, timeoutMs: 5000, ...(recorded && { recorded }) });
}

/** What is wrong with a config as written. */
export function faultsOf(action: ActionKind, config: Record<string, unknown>): FieldError[] {
  return checkConfig(new Map([[action.kind, action]]), action.kind, config);
}
