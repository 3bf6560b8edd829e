import { type Document, readableIn, type Step } from "../../graph/index.js";
import type { Origin } from "./assemble.js";
import { itemVariableOf } from "./flow-steps.js";
import { unmappedStep } from "./make-step.js";
import { sourceOf } from "./source.js";

type MakeKey = (name: string) => string;

/** Puts a step that fails in the place of another; of a loop, before it, since its body can only be that of a loop. */
export function failInstead(
  steps: Step[],
  key: string,
  reason: string,
  origin: Origin | undefined,
  makeKey: MakeKey,
): Step[] {
  const step = steps.find((one) => one.key === key);
  if (step?.kind === "loop") return failBefore(steps, key, reason, origin, makeKey);
  return steps.map((one) => {
    if (one.key !== key) return one;
    const { kind, config } = unmappedStep(origin?.original ?? one.config, reason, Object.keys(one.next ?? {}));
    return { ...one, kind, config };
  });
}

/** Puts a step that fails before a loop, which then has no items. */
export function failBefore(
  steps: Step[],
  key: string,
  reason: string,
  origin: Origin | undefined,
  makeKey: MakeKey,
): Step[] {
  const failing: Step = {
    key: makeKey(`${key}_items`),
    ...unmappedStep(origin?.original, reason, []),
    next: { success: key },
  };
  const loops = readableIn({ object: null, triggers: [], steps } as Document, "graph");
  return steps.flatMap((step): Step[] => {
    const inBody = loops(step.key).loops.some((loop) => loop.key === key);
    const next =
      inBody || !step.next
        ? step.next
        : Object.fromEntries(Object.entries(step.next).map(([port, to]) => [port, to === key ? failing.key : to]));
    if (step.key !== key) return [next ? { ...step, next } : step];
    const named = itemVariableOf(sourceOf(step.config, ""));
    const loop: Step = { ...step, kind: "loop", config: { items: [], ...(named ? { itemVariable: named } : {}) } };
    return [step.disabled ? { ...failing, disabled: true } : failing, loop];
  });
}

/** Leads a port to a step that fails, instead of where nothing can lead. */
export function failAfter(steps: Step[], key: string, port: string, reason: string, makeKey: MakeKey): Step[] {
  return steps.flatMap((step): Step[] => {
    if (step.key !== key) return [step];
    const failing: Step = {
      key: makeKey(`${key}_${port}`),
      ...unmappedStep({ port, to: step.next?.[port] }, reason, []),
    };
    return [{ ...step, next: { ...step.next, [port]: failing.key } }, failing];
  });
}
