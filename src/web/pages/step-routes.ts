import type { Form, Step } from "../../graph/index.js";
import { t, textOr } from "./text.js";

/** One line of a step's footer: by which port, and to where. */
type StepRoute = { port: string; to: string };

/** Where a step leads: in a workflow by each of its ports, in a list on to the next step; and what a failure does. */
export function stepRoutes(steps: Step[], at: number, form: Form): StepRoute[] {
  const step = steps[at];
  if (!step) return [];
  const onward = form === "graph" ? wiredRoutes(steps, step) : listRoutes(steps, at);
  if (!step.onError || step.next?.["error"] !== undefined || step.kind === "condition") return onward;
  const { policy, attempts = 3 } = step.onError;
  return [...onward, { port: t("steps.onError"), to: t(`steps.policy.${policy}`, { n: attempts }) }];
}

function wiredRoutes(steps: Step[], { next }: Step): StepRoute[] {
  return Object.entries(next ?? {}).map(([port, target]) => ({
    port: textOr(`steps.ports.${port}`, port.replaceAll("_", " ")),
    to: nameOf(steps.find(({ key }) => key === target)),
  }));
}

function listRoutes(steps: Step[], at: number): StepRoute[] {
  const to = nameOf(steps.slice(at + 1).find(({ disabled }) => !disabled));
  if (steps[at]?.kind !== "condition") return [{ port: t("steps.ports.next"), to }];
  return [
    { port: t("steps.ports.true"), to },
    { port: t("steps.ports.false"), to: t("steps.end") },
  ];
}

function nameOf(step: Step | undefined): string {
  return step ? (step.name ?? textOr(`kinds.${step.kind}`, step.kind)) : t("steps.end");
}
