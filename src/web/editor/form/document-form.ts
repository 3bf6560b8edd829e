import type { Document } from "../../../graph/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { isObject } from "../../../shared/json.js";
import { type ConditionGroupView, conditionForm } from "../../pages/conditions/condition-form.js";
import { idOf } from "../../pages/forms/field-id.js";
import { type Choice, type FieldView, schemaForm } from "../../pages/forms/schema-form.js";
import { t } from "../../pages/text.js";
import { type EditorKnown, knownAbout, objectNamed } from "../editor-known.js";
import { ROOT } from "../root.js";
import { problemsBelow } from "./card-problems.js";
import { type InputRow, inputRows } from "./input-rows.js";
import { conditionNames } from "./scope.js";
import { settingsSchema, settingsSections, shownSettings } from "./settings-schema.js";
import { type StepCard, stepCard } from "./step-card.js";
import { type TriggerCard, triggerCard } from "./trigger-card.js";

/** A whole document as a form. Field names spell paths: `document.steps[0].config.to`. */
export type EditorForm = {
  object: { name: string; anchor: string; options: Choice[]; problems: FieldError[] };
  triggers: TriggerCard[];
  conditions: ConditionGroupView;
  steps: StepCard[];
  stepProblems: FieldError[];
  inputs: InputRow[];
  settings: { key: string; fields: FieldView[] }[];
  /** The document this form was drawn from, as JSON; it comes back with the form. */
  was: string;
};

/** How a form is drawn: what is wrong, by paths of the document, and which step must not be folded. */
export type FormOptions = { problems?: FieldError[]; unfold?: number | null };

/** A document as the form that edits it. Pure: what may be chosen comes from `known`. */
export function documentToForm(document: Document, known: EditorKnown, options: FormOptions = {}): EditorForm {
  const problems = options.problems ?? [];
  const about = knownAbout(known, document.object, conditionNames(document, 0, known));
  const settings = schemaForm(settingsSchema(known.secrets, known.zone, document), shownSettings(document), {
    name: ROOT,
    known: about,
    object: document.object,
    problems,
  });
  const under = (members: readonly string[]) =>
    settings.filter(({ name }) => members.includes(name.slice(ROOT.length + 1)));
  return {
    object: {
      name: `${ROOT}.object`,
      anchor: idOf(`${ROOT}.object`),
      options: objectOptions(document.object, known),
      problems: problems.filter(({ path }) => path === "object"),
    },
    triggers: document.triggers.map((trigger, at) =>
      triggerCard(document, trigger, at, known, problemsBelow(problems, `triggers[${at}]`)),
    ),
    conditions: conditionForm(isObject(document.conditions) ? document.conditions : {}, {
      name: `${ROOT}.conditions`,
      known: about,
      object: document.object,
      problems: problemsBelow(problems, "conditions"),
    }),
    steps: document.steps.map((step, at) =>
      stepCard(
        document,
        step,
        at,
        known,
        onItself(problemsBelow(problems, `steps[${at}]`), known),
        options.unfold ?? null,
      ),
    ),
    stepProblems: problems.filter(({ path }) => path === "steps"),
    inputs: inputRows(document.inputs, `${ROOT}.inputs`, problems),
    settings: settingsSections.map(({ key, members }) => ({ key, fields: under(members) })),
    was: JSON.stringify(document),
  };
}

/** What is wrong with a port of a workflow stands beside the port. */
function onItself(problems: FieldError[], { form }: EditorKnown): FieldError[] {
  return form === "graph" ? problems.filter(({ path }) => !path.startsWith("next.")) : problems;
}

function objectOptions(chosen: string | null, known: EditorKnown): Choice[] {
  const options = known.objects.map(({ name, label }) => ({ value: name, label, selected: name === chosen }));
  if (chosen !== null && !objectNamed(known, chosen)) options.push({ value: chosen, label: chosen, selected: true });
  return [{ value: "", label: t("editor.noObject"), selected: chosen === null }, ...options];
}
