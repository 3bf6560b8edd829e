import type { Document, DocumentProblem, Form } from "../document.js";

/** What a document's own arrangement gets wrong: keys used twice, ports in a list, targets that do not exist. Pure. */
export function checkSteps(document: Document, form: Form): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const error = (path: string, message: string, step?: string) =>
    problems.push({ severity: "error", path, message, ...(step ? { step } : {}) });
  const seen = new Set<string>();
  if (document.steps.length === 0) error("steps", "Add at least one step: an automation without steps does nothing.");
  document.steps.forEach((step, place) => {
    const path = `steps[${place}]`;
    if (seen.has(step.key))
      error(`${path}.key`, `The key "${step.key}" is used by an earlier step; keys are unique.`, step.key);
    if (step.key === "end")
      error(`${path}.key`, `"end" is reserved for the end of a path; choose another key.`, step.key);
    seen.add(step.key);
    if (form === "list" && step.next && Object.keys(step.next).length > 0) {
      error(
        `${path}.next`,
        "In a list, steps run from first to last and have no ports. Leave `next` out, or promote the list to a workflow.",
        step.key,
      );
    }
  });
  const triggers = new Map<string, number>();
  document.triggers.forEach((trigger, place) => {
    const { key, ...meaning } = trigger;
    if (document.triggers.slice(0, place).some((earlier) => earlier.key === key)) {
      error(`triggers[${place}].key`, `The key "${key}" is used by an earlier trigger; keys are unique.`);
    }
    const same = JSON.stringify(meaning);
    const first = triggers.get(same);
    if (first !== undefined)
      problems.push({
        severity: "warning",
        path: `triggers[${place}]`,
        message: `This trigger is the same as triggers[${first}]; one of them can go.`,
      });
    triggers.set(same, first ?? place);
  });
  const last = document.steps.findIndex((step) => step.kind === "end" && !step.disabled);
  if (form === "list" && last >= 0 && last < document.steps.length - 1) {
    problems.push({
      severity: "warning",
      path: `steps[${last + 1}]`,
      message: "Steps after an `end` are never reached.",
    });
  }
  return problems;
}
