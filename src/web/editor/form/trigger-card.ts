import { type Document, type Trigger, triggerKinds, triggerWords } from "../../../graph/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { idOf } from "../../pages/forms/field-id.js";
import { type FieldView, schemaForm } from "../../pages/forms/schema-form.js";
import type { Icon } from "../../pages/icons.js";
import { kindIcon } from "../../pages/kind-icons.js";
import { type EditorKnown, knownAbout, objectNamed } from "../editor-known.js";
import { ROOT } from "../root.js";
import { unplacedProblems } from "./card-problems.js";
import { conditionNames } from "./scope.js";
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

/** A trigger as the card that edits it. */
export function triggerCard(
  document: Document,
  trigger: Trigger,
  at: number,
  known: EditorKnown,
  problems: FieldError[],
): TriggerCard {
  const name = `${ROOT}.triggers[${at}]`;
  const object = objectNamed(known, document.object);
  const isMore = (field: FieldView) =>
    [`${name}.when`, `${name}.inputs`].includes(field.name) && trigger.kind !== "schedule";
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
    problems: unplacedProblems(problems, fields, name),
  };
}

function triggerSentence(trigger: Trigger, document: Document, known: EditorKnown): string {
  const object = objectNamed(known, document.object);
  const field = (name: string) => object?.fields.find((one) => one.name === name)?.label ?? name;
  const words = triggerWords(trigger, { object: object?.label ?? null, field }, document.timezone ?? known.zone);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
