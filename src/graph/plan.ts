import type { Document, Form, Step } from "./document.js";
import { entryOf } from "./entry.js";
import { type LoopBreaks, loopBreaks } from "./loop-breaks.js";

/** Where a run stands: a step about to be tried, the loop items it is under ("" outside loops), and which try this is. */
export type Position = { key: string; iteration: string; attempt: number };

/** A document made ready to walk; made once per version and shared by all its runs. */
export type Plan = {
  document: Document;
  form: Form;
  steps: Map<string, Step>;
  entry: string[];
  /** The ways out of loops by which their bodies leave them for a step behind. */
  breaks: LoopBreaks;
  /** How many edges lead to a step from steps of the same loop body (null: outside loops). */
  incoming(key: string, loop: string | null): number;
};

/** Prepares a document for walking. In a list disabled steps are passed over. */
export function planOf(document: Document, form: Form): Plan {
  const steps = new Map(document.steps.map((step) => [step.key, step]));
  const first = form === "list" ? document.steps.find((step) => !step.disabled)?.key : entryOf(document);
  const entry = first === undefined ? [] : [first];
  const counts = new Map<string | null, Map<string, number>>();
  const plan: Plan = {
    document,
    form,
    steps,
    entry,
    breaks: loopBreaks(document),
    incoming(key, loop) {
      const known = counts.get(loop) ?? incomingIn(plan, loop);
      counts.set(loop, known);
      return known.get(key) ?? 0;
    },
  };
  return plan;
}

/** The loop a step of this iteration lies in: `orders[3]/lines[0]` is in `lines`. Null outside loops. */
export function loopOf(iteration: string): string | null {
  return /([^/[]+)\[\d+\]$/.exec(iteration)?.[1] ?? null;
}

/** The iteration around this one: of `orders[3]/lines[0]` it is `orders[3]`. */
export function outerOf(iteration: string): string {
  return iteration.split("/").slice(0, -1).join("/");
}

/** The iteration of a loop's item: `orders[3]`, or `orders[3]/lines[0]` inside another. */
export function iterationOf(loop: string, outer: string, index: number): string {
  return `${outer}${outer ? "/" : ""}${loop}[${index}]`;
}

/** Counts the edges among the steps that run in one scope: a loop's body, or everything outside loop bodies. */
function incomingIn(plan: Plan, loop: string | null): Map<string, number> {
  const counts = new Map<string, number>();
  const body = loop === null ? undefined : plan.steps.get(loop)?.next?.["next"];
  const waiting = loop === null ? [...plan.entry] : body ? [body] : [];
  for (const start of waiting) counts.set(start, 1);
  const seen = new Set<string>();
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const step = plan.steps.get(key);
    if (!step || seen.has(key)) continue;
    seen.add(key);
    for (const target of waysOn(plan, step, loop)) {
      counts.set(target, (counts.get(target) ?? 0) + 1);
      waiting.push(target);
    }
  }
  return counts;
}

/** The steps a step leads to in its own scope, once for each way: not into a body, not back to its loop, not out of it. */
export function waysOn(plan: Plan, step: Step, loop: string | null): string[] {
  return portsOn(plan, step, loop).map(({ target }) => target);
}

/** The same ways with their ports; a loop also leaves by the breaks of its body. */
export function portsOn(plan: Plan, step: Step, loop: string | null): { port: string; target: string }[] {
  const isWithin = ({ port, target }: { port: string; target: string }) =>
    target !== "end" &&
    target !== loop &&
    !(step.kind === "loop" && port === "next") &&
    plan.breaks.leaving(step.key, target) === null;
  const written = Object.entries(step.next ?? {}).map(([port, target]) => ({ port, target }));
  return [...written.filter(isWithin), ...plan.breaks.of(step.key)];
}
