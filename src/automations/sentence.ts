import type { ActionTable } from "../actions/index.js";
import type { ObjectType } from "../crm/index.js";
import { type Document, type Trigger, triggerWords } from "../graph/index.js";
import { sentenceOf } from "../rules/index.js";
import { messageOf } from "../shared/errors.js";

/**
 * A document as one sentence a person would say: "When a deal's stage changes to Won and its amount is over 10,000: set
 * Status to onboarding, then create a task for the owner." `object` gives the words for fields and options; times are in the document's
 * zone, else in `zone`, the workspace's. Never throws: lists show many, and one that cannot be read says so and why.
 */
export function documentSentence(
  document: Document,
  actions: ActionTable,
  object: ObjectType | null,
  zone: string,
): string {
  try {
    return inWords(document, actions, object, zone);
  } catch (error) {
    return `It is broken and cannot be put into words: ${messageOf(error)}`;
  }
}

function inWords(document: Document, actions: ActionTable, object: ObjectType | null, zone: string): string {
  const label = (_fact: string, path: string, value?: unknown) => wordFor(object, path, value);
  const starts = document.triggers
    .filter(({ kind }) => kind !== "manual")
    .map((trigger) => startWords(trigger, document.timezone ?? zone, object, label));
  const when =
    starts.length > 0
      ? `When ${starts.join(" or ")}`
      : `When someone runs it${object ? ` on ${article(object.label)}` : ""}`;
  const conditions = document.conditions ? sentenceOf(document.conditions, label) : "";
  const steps = document.steps
    .filter((step) => !step.disabled)
    .map((step) =>
      step.name && step.name !== step.kind
        ? lowerFirst(step.name)
        : (actions.get(step.kind)?.sentence(step.config) ?? step.kind),
    );
  const then =
    steps.length === 0
      ? "nothing yet"
      : steps.length > 4
        ? `${steps.slice(0, 3).join(", then ")}, and ${steps.length - 3} more steps`
        : steps.join(", then ");
  return `${when}${conditions ? ` and ${conditions}` : ""}: ${then}.`;
}

type Label = (fact: string, path: string, value?: unknown) => string | undefined;

function startWords(trigger: Trigger, zone: string, object: ObjectType | null, label: Label): string {
  const filter = trigger.when ? sentenceOf(trigger.when, label) : "";
  const field = (name: string) => lowerFirst(wordFor(object, name) ?? name);
  const words = triggerWords(trigger, { object: object?.label ?? null, field }, zone);
  return filter ? `${words} where ${filter}` : words;
}

function wordFor(object: ObjectType | null, path: string, value?: unknown): string | undefined {
  const field = object?.fields.find(({ name }) => name === path);
  if (value === undefined) return field?.label;
  return field?.options?.find((option) => option.value === value)?.label;
}

const article = (label: string) => `${/^[aeiou]/i.test(label) ? "an" : "a"} ${lowerFirst(label)}`;
const lowerFirst = (text: string) =>
  /^\p{Lu}\p{Lu}/u.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
