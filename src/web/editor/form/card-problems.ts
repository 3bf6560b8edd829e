import type { FieldError } from "../../../shared/errors.js";
import type { ConditionGroupView } from "../../pages/conditions/condition-form.js";
import type { FieldView } from "../../pages/forms/schema-form.js";

/** True for a path that is `place` or lies below it. */
export function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
}

/** The problems at a place and below, with paths from there. */
export function problemsBelow(problems: FieldError[], place: string): FieldError[] {
  return problems
    .filter(({ path }) => isWithin(path, place))
    .map((problem) => ({ ...problem, path: problem.path.slice(place.length).replace(/^\./, "") }));
}

/** Those that none of a card's fields shows; `name` is the card's. */
export function unplacedProblems(problems: FieldError[], fields: FieldView[], name: string): FieldError[] {
  const keys = fields.map((field) => field.name.slice(name.length + 1));
  return problems.filter(({ path }) => !keys.some((key) => isWithin(path, key)));
}

/** Whether a field, or one within it, shows a problem. */
export function isFaulty({ problems, fields, rows, conditions }: FieldView): boolean {
  const inRows = rows.some((row) => row.problems.length > 0 || row.fields.some(isFaulty));
  return problems.length > 0 || inRows || fields.some(isFaulty) || (conditions !== null && isFaultyTree(conditions));
}

/** Whether there is anything in a field that is worth opening its section for. */
export function isFilled(field: FieldView): boolean {
  const { value, fields, rows, conditions } = field;
  return (
    value !== "" || rows.length > 0 || (conditions?.items.length ?? 0) > 0 || fields.some(isFilled) || isFaulty(field)
  );
}

function isFaultyTree({ problems, items }: ConditionGroupView): boolean {
  return problems.length > 0 || items.some((item) => (item.group ? isFaultyTree(item) : item.problems.length > 0));
}
