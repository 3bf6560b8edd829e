import type { Field, ObjectType } from "../../../crm/index.js";
import { type Document, type Trigger, triggerKinds } from "../../../graph/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { t } from "../../pages/text.js";
import { withUnknown } from "./step-schema.js";

/** Members of a trigger that its own form does not draw as a setting. */
const fixed = ["key", "kind", "when", "inputs", "note"];

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** How a form writes a missing value; a blank line would mean no value at all. */
const BLANK = "(blank)";

/** The schema of a trigger's form: the config of its kind with the choices of this object, its filter, its inputs. */
export function triggerSchema(trigger: Trigger, document: Document, object: ObjectType | undefined): JsonObject {
  const config = triggerKinds.get(trigger.kind)?.config;
  const known = isObject(config?.["properties"]) ? config["properties"] : {};
  const settings = Object.fromEntries(Object.entries(trigger).filter(([name]) => !fixed.includes(name)));
  const properties: JsonObject = {};
  for (const [name, part] of Object.entries(known)) {
    if (isObject(part) && (part["x-hint"] !== "object" || trigger[name] !== undefined)) {
      properties[name] = { ...withChoices(part, trigger, object), "x-redraw": name === "fields" || name === "every" };
    }
  }
  const schema = withUnknown({ properties, required: config?.["required"] ?? [] }, settings);
  return {
    ...schema,
    properties: { ...(schema["properties"] as JsonObject), ...filterPart(trigger), ...inputsPart(document) },
  };
}

/** A trigger as its form shows it: what a change goes from and to is a list of words. */
export function shownTrigger(trigger: JsonObject): JsonObject {
  const shown = { ...trigger };
  for (const side of ["from", "to"]) {
    if (!(side in trigger)) continue;
    const words = wordsFor(trigger[side]);
    if (words) shown[side] = words;
    else delete shown[side];
  }
  return shown;
}

/** The other way round: one word is a value, several are a list, none is whatever it may be. */
export function storedTrigger(read: JsonObject, was: JsonObject): JsonObject {
  const shown = shownTrigger(was);
  const stored = { ...read };
  for (const side of ["from", "to"]) {
    if (JSON.stringify(read[side]) === JSON.stringify(shown[side])) {
      if (side in was) stored[side] = was[side];
    } else if (side in read) {
      const values = [read[side]].flat().map((word) => (word === BLANK ? null : word));
      stored[side] = values.length === 1 ? values[0] : values;
    }
  }
  return stored;
}

function wordsFor(value: unknown): unknown[] | null {
  if (isObject(value) || value === undefined) return null;
  return [value].flat().map((one) => (one === null || one === "" ? BLANK : one));
}

function withChoices(part: JsonObject, trigger: Trigger, object: ObjectType | undefined): JsonObject {
  const fieldNamed = (name: unknown) => object?.fields.find((field) => field.name === name);
  switch (part["x-hint"]) {
    case "stage":
      return valuePart(part, fieldNamed("stage"));
    case "fieldValue": {
      const watched = trigger["fields"];
      return valuePart(part, Array.isArray(watched) && watched.length === 1 ? fieldNamed(watched[0]) : undefined);
    }
    case "pipeline": {
      const options = fieldNamed("pipeline")?.options ?? [];
      return options.length > 0 ? { ...part, ...choicesOf(options) } : part;
    }
    case "days": {
      const weekly = /week/i.test(String(trigger["every"] ?? "")) || /^\d+\s*w$/.test(String(trigger["every"] ?? ""));
      return { ...part, type: ["array", "string"], items: weekly ? { enum: weekdays } : { type: "string" } };
    }
    case "cron":
      return { ...part, examples: ["0 9 * * 1"] };
    case "interval":
      return { ...part, examples: ["week"] };
    default:
      return part;
  }
}

/** A value that a change comes from or goes to: boxes where the field has choices, else a line for each value. */
function valuePart(part: JsonObject, field: Field | undefined): JsonObject {
  const yesNo = ["true", "false"].map((value) => ({ value, label: t(value === "true" ? "value.yes" : "value.no") }));
  const options = field?.type === "boolean" ? yesNo : (field?.options ?? []);
  const all = [...options, { value: BLANK, label: t("editor.trigger.blank") }];
  return {
    title: part["title"],
    description: options.length > 0 ? t("editor.trigger.anyValue") : t("editor.trigger.anyText", { blank: BLANK }),
    type: ["array", "string"],
    items: options.length > 0 ? choicesOf(all) : { type: "string" },
  };
}

function choicesOf(options: { value: string; label: string }[]): JsonObject {
  return {
    enum: options.map(({ value }) => value),
    "x-labels": Object.fromEntries(options.map(({ value, label }) => [value, label])),
  };
}

function filterPart(trigger: Trigger): JsonObject {
  const records = trigger.kind === "schedule";
  return {
    when: {
      title: t(records ? "editor.trigger.records" : "editor.trigger.filter"),
      description: t(records ? "editor.trigger.recordsHint" : "editor.trigger.filterHint"),
      type: "object",
      "x-hint": "conditions",
    },
  };
}

function inputsPart(document: Document): JsonObject {
  const declared = isObject(document.inputs?.["properties"]) ? document.inputs["properties"] : {};
  const properties = Object.entries(declared).map(([name, part]) => {
    const title = isObject(part) && typeof part["title"] === "string" ? part["title"] : name;
    return [name, { title, type: "string" }];
  });
  if (properties.length === 0) return {};
  return {
    inputs: {
      title: t("editor.trigger.inputs"),
      description: t("editor.trigger.inputsHint"),
      type: "object",
      properties: Object.fromEntries(properties),
    },
  };
}
