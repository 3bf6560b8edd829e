import type { Document } from "./document.js";

/** Where a graph begins: at its first step, or behind those first ones that are switched off and lead nowhere. */
export function entryOf({ steps }: Document): string | undefined {
  return (steps.find(({ disabled, next }) => !disabled || Object.keys(next ?? {}).length > 0) ?? steps[0])?.key;
}
