import type { ActionKind } from "../../../actions/index.js";
import type { Document, Step } from "../../../graph/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { isObject } from "../../../shared/json.js";
import { idOf } from "../../pages/forms/field-id.js";
import { type FieldView, schemaForm } from "../../pages/forms/schema-form.js";
import type { Icon } from "../../pages/icons.js";
import { kindIcon } from "../../pages/kind-icons.js";
import { type EditorKnown, knownAbout } from "../editor-known.js";
import { ROOT } from "../root.js";
import { stepName, stepRoutes, stepSentence } from "../words/step-words.js";
import { unplacedProblems } from "./card-problems.js";
import { conditionNames } from "./scope.js";
import { objectOfStep, stepSchema } from "./step-schema.js";
import { shownStep } from "./task-form.js";

/**
 * One step of the form. A folded one is not drawn, only carried along: its settings stay as they are. Of a workflow only
 * the step that is asked for is drawn.
 */
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

/** Above so many steps only those are drawn that are asked for or have problems; the others are carried along. */
const MOST_DRAWN = 40;

/** A step as the card that edits it. */
export function stepCard(
  document: Document,
  step: Step,
  at: number,
  known: EditorKnown,
  problems: FieldError[],
  unfold: number | null,
): StepCard {
  const name = `${ROOT}.steps[${at}]`;
  const many = document.steps.length > MOST_DRAWN && problems.length === 0;
  const folded = (known.form === "graph" || many) && unfold !== at;
  const object = objectOfStep(step.config, document);
  const shown = shownStep(step);
  const fields = folded
    ? []
    : schemaForm(stepSchema(shown, known.actions), shown, {
        name,
        known: knownAbout(known, object, conditionNames(document, at, known)),
        object,
        problems,
      });
  const config = fields.find((field) => field.name === `${name}.config`);
  const sentence = stepSentence(step, known);
  return {
    name,
    anchor: idOf(name),
    number: at + 1,
    key: step.key,
    kind: step.kind,
    icon: kindIcon(step.kind),
    title: known.actions.get(step.kind)?.title ?? step.kind,
    heading: stepName(step, known),
    sentence: step.name ? sentence : "",
    disabled: step.disabled === true,
    folded,
    config: config ? (config.control === "group" ? config.fields : [config]) : [],
    more: fields.filter((field) => field !== config),
    routes: stepRoutes(document, at, known),
    problems: folded
      ? problems.map((problem) => withSetting(problem, known.actions.get(step.kind)))
      : [...unplacedProblems(problems, fields, name), ...(config?.control === "group" ? config.problems : [])],
  };
}

/** Away from its field a problem says which setting it is about: "To: …". */
function withSetting(problem: FieldError, action: ActionKind | undefined): FieldError {
  const [, name = ""] = /^config\.(\w+)/.exec(problem.path) ?? [];
  const properties = isObject(action?.config["properties"]) ? action.config["properties"] : {};
  const title = isObject(properties[name]) ? properties[name]["title"] : undefined;
  return typeof title === "string" ? { ...problem, message: `${title}: ${problem.message}` } : problem;
}
