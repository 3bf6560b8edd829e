import { readableIn, type Step } from "../../graph/index.js";
import type { Origin } from "../made.js";
import { unmappedStep } from "../steps/make-step.js";

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
  const all = steps.map((step) => (step.key === key ? { ...step, kind: "loop", config: { items: [] } } : step));
  const around = readableIn({ object: null, triggers: [], steps: all }, "graph");
  return all.flatMap((step): Step[] => {
    if (step.key === key) return [step.disabled ? { ...failing, disabled: true } : failing, step];
    const inBody = around(step.key).loops.some((loop) => loop.key === key);
    if (inBody || !step.next) return [step];
    const led = Object.entries(step.next).map(([port, to]) => [port, to === key ? failing.key : to]);
    return [{ ...step, next: Object.fromEntries(led) }];
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
    return [
      { ...step, next: { ...step.next, [port]: failing.key } },
      step.disabled ? { ...failing, disabled: true } : failing,
    ];
  });
}
