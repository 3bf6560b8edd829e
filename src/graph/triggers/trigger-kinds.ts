import { recordTriggers } from "./record-triggers.js";
import { startTriggers } from "./start-triggers.js";
import { timeTriggers } from "./time-triggers.js";
import type { TriggerKind } from "./trigger-parts.js";

const kinds: TriggerKind[] = [...recordTriggers, ...timeTriggers, ...startTriggers];

/** The kinds of trigger by name. */
export const triggerKinds: ReadonlyMap<string, TriggerKind> = new Map(kinds.map((kind) => [kind.kind, kind]));

/** Every kind of trigger as the API lists them, of one module or of all. */
export function triggerRegistry(module?: string): TriggerKind[] {
  return kinds.filter((kind) => module === undefined || kind.module === module);
}

export type { TriggerKind } from "./trigger-parts.js";
