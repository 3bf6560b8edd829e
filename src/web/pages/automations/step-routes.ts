import type { Step } from "../../../graph/index.js";
import { t, textOr } from "../text.js";

/** One line of a step's footer: by which port, and to where. */
type StepRoute = { port: string; to: string };

/** Where a step of a list leads: on to the next step, and what a failure does. */
export function stepRoutes(steps: Step[], at: number): StepRoute[] {
  const step = steps[at];
  if (!step) return [];
  const to = nameOf(steps.slice(at + 1).find(({ disabled }) => !disabled));
  if (step.kind === "condition")
    return [
      { port: t("steps.ports.true"), to },
      { port: t("steps.ports.false"), to: t("steps.end") },
    ];
  const onward = { port: t("steps.ports.next"), to };
  if (!step.onError) return [onward];
  const { policy, attempts = 3 } = step.onError;
  return [onward, { port: t("steps.onError"), to: t(`steps.policy.${policy}`, { n: attempts }) }];
}

function nameOf(step: Step | undefined): string {
  return step ? (step.name ?? textOr(`kinds.${step.kind}`, step.kind)) : t("steps.end");
}
