import { documentSentence } from "../../../automations/index.js";
import type { ObjectType } from "../../../crm/index.js";
import { type ChangeWords, type Document, type Step, triggerWords } from "../../../graph/index.js";
import { type Conditions, sentenceOf } from "../../../rules/index.js";
import { isObject } from "../../../shared/json.js";
import { documentWithNames } from "../../id-names.js";
import { portLabel } from "../../pages/automations/port-words.js";
import { type EditorKnown, objectNamed } from "../editor-known.js";
import { tidyDocument } from "../form/tidy-document.js";
import { idsIn, stepName } from "./step-words.js";

/** A document as one sentence; what a draft holds that cannot be put into words leaves it empty. */
export function sentenceFor(document: Document, known: EditorKnown): string {
  try {
    const tidy = tidyDocument(document, known.actions);
    const named = documentWithNames(tidy, idsIn(known));
    return documentSentence(named, known.actions, objectNamed(known, document.object) ?? null, known.zone);
  } catch {
    return "";
  }
}

/** The words for what changes in documents about an object. */
export function changeWords(object: ObjectType | undefined, known: EditorKnown, zone: string): ChangeWords {
  const labelOf = (_fact: string, path: string, value?: unknown) => {
    const field = object?.fields.find(({ name }) => name === path);
    return value === undefined ? field?.label : field?.options?.find((option) => option.value === value)?.label;
  };
  const field = (name: string) => object?.fields.find((one) => one.name === name)?.label ?? name;
  return {
    trigger: (trigger) => triggerWords(trigger, { object: object?.label ?? null, field }, zone),
    step: (step) => stepName(step, known),
    conditions: (tree) => sentenceOf(tree as Conditions, labelOf) || JSON.stringify(tree),
    port: portLabel,
    setting: (step, path) => settingWords(step, path, known, object),
  };
}

/** `values.status` as `Fields › Status`. */
function settingWords(step: Step, path: string, known: EditorKnown, object: ObjectType | undefined): string {
  const [first = "", ...rest] = path.split(".");
  const properties = known.actions.get(step.kind)?.config["properties"];
  const part = isObject(properties) ? properties[first] : undefined;
  const title = isObject(part) && typeof part["title"] === "string" ? part["title"] : first;
  const ofFields = isObject(part) && part["x-hint"] === "values";
  const label = ofFields ? object?.fields.find(({ name }) => name === rest[0])?.label : undefined;
  return [title, ...(label ? [label, ...rest.slice(1)] : rest)].filter(Boolean).join(" › ");
}
