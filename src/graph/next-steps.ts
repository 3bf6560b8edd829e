import type { Document, Form, Step } from "./document.js";

/** Where a run stands: a step about to be tried, the loop items it is under ("" outside loops), and which try this is. */
export type Position = { key: string; iteration: string; attempt: number };

/** What follows a step: more steps, the end of this path, or the end of the whole run with a status. */
export type Next = { go: string[] } | { finish: "completed" | "failed" | "cancelled"; reason: { code: string; message: string } | null };

/** A document made ready to walk; made once per version and shared by all its runs. */
export type Plan = { document: Document; form: Form; steps: Map<string, Step>; entry: string[] };

/** Prepares a document for walking. In a list disabled steps are passed over. */
export function planOf(document: Document, form: Form): Plan {
  const steps = new Map(document.steps.map((step) => [step.key, step]));
  const first = document.steps.find((step) => !step.disabled);
  return { document, form, steps, entry: first ? [first.key] : [] };
}

/**
 * What follows `step` when it left by `port`. Pure: in a list the next step in order, a gate that does not hold ends the
 * run as completed; in a graph whatever the port points to, an open port ending that path.
 */
export function nextSteps(plan: Plan, step: Step, port: string): Next {
  if (plan.form === "graph") {
    const target = step.next?.[port];
    return { go: target && target !== "end" ? [target] : [] };
  }
  if (step.kind === "condition" && port === "false") {
    return { finish: "completed", reason: { code: "gate", message: `The condition "${step.name ?? step.key}" did not hold, so the list ended there.` } };
  }
  const { steps } = plan.document;
  const following = steps.slice(steps.indexOf(step) + 1).find((candidate) => !candidate.disabled);
  return { go: following ? [following.key] : [] };
}

/** True when `port` of `step` leads somewhere: then a failure goes there instead of to the error policy. */
export function isConnected(plan: Plan, step: Step, port: string): boolean {
  return plan.form === "graph" && step.next?.[port] !== undefined;
}
