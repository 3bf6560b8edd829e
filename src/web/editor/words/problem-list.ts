import type { Document, DocumentProblem } from "../../../graph/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { portLabel } from "../../pages/automations/port-words.js";
import type { ConditionGroupView } from "../../pages/conditions/condition-form.js";
import type { ConditionRowView } from "../../pages/conditions/condition-row.js";
import type { FieldView } from "../../pages/forms/schema-form.js";
import { t } from "../../pages/text.js";
import type { EditorForm } from "../form/document-form.js";

/** A problem as the summary lists it, with the field it stands beside; null when no field shows it. */
export type ListedProblem = { message: string; severity: string; where: string; anchor: string | null };

/** Every problem a form shows, from top to bottom, and after them those it has no place for. */
export function listProblems(form: EditorForm, problems: FieldError[], document: Document): ListedProblem[] {
  const listed: ListedProblem[] = [];
  const put = (where: string, anchor: string | null, list: FieldError[]) => {
    for (const problem of list) listed.push({ message: problem.message, severity: severityOf(problem), where, anchor });
  };
  const isGraph = document.steps.some(({ next }) => next !== undefined);
  put("", form.object.anchor, form.object.problems);
  for (const trigger of form.triggers) {
    put(trigger.title, trigger.anchor, trigger.problems);
    for (const { place, anchor, list } of [...trigger.fields, ...trigger.more].flatMap(inField))
      put(`${trigger.title} › ${place}`, anchor, list);
  }
  for (const { anchor, list } of inConditions(form.conditions)) put(t("editor.if"), anchor, list);
  put("", "editor-steps", form.stepProblems);
  for (const step of form.steps) {
    const name = isGraph ? step.heading : `${step.number}. ${step.heading}`;
    put(name, step.anchor, step.problems);
    for (const { place, anchor, list } of [...step.config, ...step.more].flatMap(inField))
      put(`${name} › ${place}`, anchor, list);
  }
  for (const problem of problems) {
    const [, place, port] = /^steps\[(\d+)\]\.next\.(.+)$/.exec(problem.path) ?? [];
    const [card, step] = [form.steps[Number(place)], document.steps[Number(place)]];
    if (card && step && port) put(`${card.heading} › ${portLabel(step, port)}`, `${card.anchor}-${port}`, [problem]);
  }
  for (const row of form.inputs) put(t("editor.scope.inputs"), `${row.anchor}-title`, row.problems);
  for (const { fields } of form.settings) {
    for (const { place, anchor, list } of fields.flatMap(inField)) put(place, anchor, list);
  }
  const shown = listed.map(({ message }) => message);
  const rest = problems.filter(({ message }) => !shown.some((one) => one.endsWith(message)));
  return [
    ...listed,
    ...rest.map((problem) => ({
      message: problem.message,
      severity: severityOf(problem),
      where: problem.path,
      anchor: null,
    })),
  ];
}

/** A problem that says nothing of its weight is an error. */
function severityOf(problem: FieldError | DocumentProblem): string {
  return "severity" in problem ? problem.severity : "error";
}

type Placed = { place: string; anchor: string; list: FieldError[] };

function inField(field: FieldView): Placed[] {
  const own = field.problems.length > 0 ? [{ place: field.label, anchor: field.id, list: field.problems }] : [];
  const trees = field.conditions ? inConditions(field.conditions).map((one) => ({ ...one, place: field.label })) : [];
  const rows = field.rows.flatMap((row) => [
    ...(row.problems.length > 0 ? [{ place: row.label, anchor: row.id, list: row.problems }] : []),
    ...row.fields.flatMap(inField).map((one) => ({ ...one, place: `${row.label} › ${one.place}` })),
  ]);
  return [...own, ...trees, ...rows, ...field.fields.flatMap(inField)];
}

function inConditions(view: ConditionGroupView | ConditionRowView): Placed[] {
  const own = view.problems.length > 0 ? [{ place: "", anchor: view.anchor, list: view.problems }] : [];
  return view.group ? [...own, ...view.items.flatMap(inConditions)] : own;
}
