import type { FieldView } from "../../pages/forms/schema-form.js";
import type { EditorForm } from "./document-form.js";
import { untouchedInput } from "./input-rows.js";
import { asFields, type SentForm, untouched, untouchedConditions } from "./sent-fields.js";

/** What a browser sends for a whole form that nobody touched: name by name, `was` included. */
export function formFields(form: EditorForm): SentForm {
  const sent: SentForm = { was: form.was };
  const put = (views: FieldView[]) => {
    for (const view of views) asFields(view.name, untouched(view), sent);
  };
  sent[form.object.name] = form.object.options.findLast(({ selected }) => selected)?.value ?? "";
  for (const { name, key, kind, fields, more } of form.triggers) {
    asFields(name, { key, kind }, sent);
    put([...fields, ...more]);
  }
  asFields(form.conditions.name, untouchedConditions(form.conditions), sent);
  for (const step of form.steps) {
    const { name, key, kind, disabled, folded } = step;
    asFields(name, { key, kind, ...(disabled && { disabled: "true" }), ...(folded && { folded: "true" }) }, sent);
    put([...step.config, ...step.more]);
  }
  for (const row of form.inputs) asFields(row.name, untouchedInput(row), sent);
  for (const { fields } of form.settings) put(fields);
  return sent;
}
