import { type Document, type Step, type Trigger, triggerKinds, triggerWords } from "../../graph/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject } from "../../shared/json.js";
import { type ConditionGroupView, conditionForm } from "../pages/condition-form.js";
import { idOf } from "../pages/field-id.js";
import type { Icon } from "../pages/icons.js";
import { kindIcon } from "../pages/kind-icons.js";
import { type Choice, type FieldView, schemaForm } from "../pages/schema-form.js";
import { t } from "../pages/text.js";
import { type EditorKnown, knownAbout, objectNamed } from "./editor-known.js";
import { type InputRow, inputRows } from "./input-rows.js";
import { conditionNames } from "./scope.js";
import { settingsSchema, settingsSections, shownSettings } from "./settings-schema.js";
import { objectOfStep, stepSchema } from "./step-schema.js";
import { stepName, stepRoutes, stepSentence } from "./step-words.js";
import { shownTrigger, triggerSchema } from "./trigger-schema.js";

/** One trigger of the form: a card with the settings of its kind. */
export type TriggerCard = {
  name: string;
  anchor: string;
  key: string;
  kind: string;
  icon: Icon;
  title: string;
  sentence: string;
  fields: FieldView[];
  /** Filter and inputs, which most triggers do without. */
  more: FieldView[];
  problems: FieldError[];
};

/** One step of the form. A folded one is not drawn, only carried along: its settings stay as they are. */
export type StepCard = {
  name: string;
  anchor: string;
  number: number;
  key: string;
  kind: string;
  icon: Icon;
  title: string;
  heading: string;
  sentence: string;
  disabled: boolean;
  folded: boolean;
  config: FieldView[];
  more: FieldView[];
  routes: { port: string; to: string }[];
  problems: FieldError[];
};

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

/** The name every field of the form begins with. */
export const ROOT = "document";

/** Above so many steps only those are drawn that are asked for or have problems; the others are carried along. */
const MOST_DRAWN = 40;

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
  const under = (members: readonly string[]) => settings.filter(({ name }) => members.includes(name.slice(ROOT.length + 1)));
  return {
    object: {
      name: `${ROOT}.object`,
      anchor: idOf(`${ROOT}.object`),
      options: objectOptions(document.object, known),
      problems: problems.filter(({ path }) => path === "object"),
    },
    triggers: document.triggers.map((trigger, at) => triggerCard(document, trigger, at, known, below(problems, `triggers[${at}]`))),
    conditions: conditionForm(isObject(document.conditions) ? document.conditions : {}, {
      name: `${ROOT}.conditions`,
      known: about,
      object: document.object,
      problems: below(problems, "conditions"),
    }),
    steps: document.steps.map((step, at) => stepCard(document, step, at, known, below(problems, `steps[${at}]`), options)),
    stepProblems: problems.filter(({ path }) => path === "steps"),
    inputs: inputRows(document.inputs, `${ROOT}.inputs`, problems),
    settings: settingsSections.map(({ key, members }) => ({ key, fields: under(members) })),
    was: JSON.stringify(document),
  };
}

function objectOptions(chosen: string | null, known: EditorKnown): Choice[] {
  const options = known.objects.map(({ name, label }) => ({ value: name, label, selected: name === chosen }));
  if (chosen !== null && !objectNamed(known, chosen)) options.push({ value: chosen, label: chosen, selected: true });
  return [{ value: "", label: t("editor.noObject"), selected: chosen === null }, ...options];
}

function triggerCard(document: Document, trigger: Trigger, at: number, known: EditorKnown, problems: FieldError[]): TriggerCard {
  const name = `${ROOT}.triggers[${at}]`;
  const object = objectNamed(known, document.object);
  const isMore = (field: FieldView) => [`${name}.when`, `${name}.inputs`].includes(field.name) && trigger.kind !== "schedule";
  const fields = schemaForm(triggerSchema(trigger, document, object), shownTrigger(trigger), {
    name,
    known: knownAbout(known, document.object, conditionNames(document, 0, known)),
    object: document.object,
    problems,
  });
  return {
    name,
    anchor: idOf(name),
    key: trigger.key,
    kind: trigger.kind,
    icon: kindIcon(trigger.kind),
    title: triggerKinds.get(trigger.kind)?.label ?? trigger.kind,
    sentence: triggerSentence(trigger, document, known),
    fields: fields.filter((field) => !isMore(field)),
    more: fields.filter(isMore),
    problems: unplaced(problems, fields, name),
  };
}

function triggerSentence(trigger: Trigger, document: Document, known: EditorKnown): string {
  const object = objectNamed(known, document.object);
  const field = (name: string) => object?.fields.find((one) => one.name === name)?.label ?? name;
  const words = triggerWords(trigger, { object: object?.label ?? null, field }, document.timezone ?? known.zone);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function stepCard(
  document: Document,
  step: Step,
  at: number,
  known: EditorKnown,
  problems: FieldError[],
  { unfold }: FormOptions,
): StepCard {
  const name = `${ROOT}.steps[${at}]`;
  const folded = document.steps.length > MOST_DRAWN && problems.length === 0 && unfold !== at;
  const object = objectOfStep(step.config, document);
  const names = conditionNames(document, at, known);
  const fields = folded
    ? []
    : schemaForm(stepSchema(step, known.actions), step, { name, known: knownAbout(known, object, names), object, problems });
  const config = fields.find((field) => field.name === `${name}.config`);
  const sentence = stepSentence(step, known.actions);
  return {
    name,
    anchor: idOf(name),
    number: at + 1,
    key: step.key,
    kind: step.kind,
    icon: kindIcon(step.kind),
    title: known.actions.get(step.kind)?.title ?? step.kind,
    heading: stepName(step, known.actions),
    sentence: step.name ? sentence : "",
    disabled: step.disabled === true,
    folded,
    config: config ? (config.control === "group" ? config.fields : [config]) : [],
    more: fields.filter((field) => field !== config),
    routes: stepRoutes(document, at, known.actions),
    problems: [...unplaced(problems, fields, name), ...(config?.control === "group" ? config.problems : [])],
  };
}

/** The problems at `path` and below, with paths from there. */
export function below(problems: FieldError[], path: string): FieldError[] {
  return problems
    .filter((problem) => problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`))
    .map((problem) => ({ ...problem, path: problem.path.slice(path.length).replace(/^\./, "") }));
}

/** Those that no field shows. */
function unplaced(problems: FieldError[], fields: FieldView[], name: string): FieldError[] {
  const keys = fields.map((field) => field.name.slice(name.length + 1));
  return problems.filter(({ path }) => !keys.some((key) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`)));
}
