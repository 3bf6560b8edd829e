import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { type ConditionGroupView, conditionForm } from "./condition-form.js";
import type { FormKnown, Option } from "./form-known.js";
import { t } from "./text.js";

/** How a field is drawn; the partial `field` has one part for each. */
export type Control = "text" | "longText" | "code" | "number" | "check" | "select" | "multi" | "date" | "datetime" | "email" | "record" | "pairs" | "conditions" | "group";

/** One field as the partial `field` draws it. */
export type FieldView = {
  id: string;
  name: string;
  label: string;
  hint: string;
  required: boolean;
  control: Control;
  value: string;
  checked: boolean;
  placeholder: string;
  options: (Option & { selected: boolean })[];
  wide: boolean;
  readOnly: boolean;
  problems: FieldError[];
  /** What `aria-describedby` names: hint and problems, where there are any. */
  describedBy: string;
  /** `pairs`: one row for each written field, and an empty one. */
  pairs: { name: string; options: (Option & { selected: boolean })[]; field: string; value: string }[];
  /** `group`: the fields of an inner object. */
  fields: FieldView[];
  conditions: ConditionGroupView | null;
};

/** Where a form stands: the name its fields begin with, what went wrong (`path` below that name), and what it may offer. */
export type FormPlace = { name: string; problems?: FieldError[]; known: FormKnown; object?: string | null };

/**
 * The fields of a JSON Schema of our subset, in its order: text, number, boolean, enum, lists of text, inner objects and
 * the hints `record field values conditions template secret duration user list object markdown cron`. What it cannot
 * draw it shows as JSON, so that every config can be edited.
 */
export function schemaForm(schema: JsonObject, values: unknown, place: FormPlace): FieldView[] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const given = isObject(values) ? values : {};
  const object = typeof given["object"] === "string" && isObject(properties["object"]) ? given["object"] : (place.object ?? null);
  return Object.entries(properties)
    .filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
    .map(([key, part]) => field(key, part, given[key] ?? part["default"], required.includes(key), { ...place, object }));
}

function field(key: string, part: JsonObject, value: unknown, required: boolean, place: FormPlace): FieldView {
  const name = `${place.name}.${key}`;
  const id = idOf(name);
  const problems = (place.problems ?? []).filter(({ path }) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`));
  const control = controlOf(part, place.known);
  const hint = typeof part["description"] === "string" ? part["description"] : "";
  const view: FieldView = {
    id,
    name,
    label: typeof part["title"] === "string" ? part["title"] : inWords(key),
    hint,
    required,
    control,
    value: shownValue(value, control),
    checked: value === true,
    placeholder: placeholderOf(part),
    options: options(part, value, place),
    wide: ["longText", "code", "pairs", "conditions", "group"].includes(control),
    readOnly: part["readOnly"] === true,
    problems: control === "group" ? [] : problems,
    describedBy: [hint && `${id}-hint`, problems.length > 0 && `${id}-problems`].filter(Boolean).join(" "),
    pairs: [],
    fields: [],
    conditions: null,
  };
  if (control === "pairs") view.pairs = pairs(name, value, place);
  if (control === "group") {
    const inner = problems.map(({ path, message }) => ({ path: path.slice(key.length).replace(/^\./, ""), message }));
    view.fields = schemaForm(part, value, { ...place, name, problems: inner });
  }
  if (control === "conditions") {
    view.conditions = conditionForm(isObject(value) ? value : {}, { name, known: place.known, object: place.object ?? null, problems });
  }
  return view;
}

function controlOf(part: JsonObject, known: FormKnown): Control {
  const hint = part["x-hint"];
  const type = Array.isArray(part["type"]) ? part["type"][0] : part["type"];
  if (hint === "conditions") return "conditions";
  if (hint === "values") return "pairs";
  if (hint === "record") return "record";
  if (hint === "markdown") return "longText";
  if (Array.isArray(part["enum"])) return "select";
  if (type === "boolean") return "check";
  if (hint === "object" && known.objects.length > 0) return "select";
  if (hint === "secret" && type !== "array") return "select";
  if (type === "array") return isObject(part["items"]) && part["items"]["type"] !== "object" ? "multi" : "code";
  if (type === "number" || type === "integer") return "number";
  if (type === "object") return isObject(part["properties"]) ? "group" : "code";
  if (part["format"] === "date") return "date";
  if (part["format"] === "date-time") return "datetime";
  if (part["format"] === "email") return "email";
  if (type === "string" || type === undefined) return Number(part["maxLength"] ?? 0) > 400 ? "longText" : "text";
  return "code";
}

function options(part: JsonObject, value: unknown, place: FormPlace): (Option & { selected: boolean })[] {
  const chosen = new Set((Array.isArray(value) ? value : [value]).map((item) => String(item ?? "")));
  const select = (list: Option[]) => list.map((option) => ({ ...option, selected: chosen.has(option.value) }));
  const names = isObject(part["x-labels"]) ? part["x-labels"] : {};
  if (Array.isArray(part["enum"])) return select(part["enum"].map((item) => ({ value: String(item), label: String(names[String(item)] ?? inWords(String(item))) })));
  const hint = part["x-hint"] ?? (isObject(part["items"]) ? part["items"]["x-hint"] : undefined);
  if (hint === "object") return select(place.known.objects);
  if (hint === "secret") return select(place.known.secrets.map((secret) => ({ value: secret, label: secret })));
  if (hint === "user") return select(place.known.users);
  if (hint === "list") return select(place.known.lists);
  if (hint === "field") return select(place.known.fieldsOf(place.object ?? null).map(({ name, label }) => ({ value: name, label })));
  if (hint === "record") return select(place.known.objects).map((option) => ({ ...option, selected: isObject(value) && value["object"] === option.value }));
  return [];
}

function pairs(name: string, value: unknown, place: FormPlace): FieldView["pairs"] {
  const fields = place.known.fieldsOf(place.object ?? null).filter((field) => !field.readOnly);
  const written = Object.entries(isObject(value) ? value : {});
  return [...written, ["", ""] as const].map(([key, inner], at) => {
    const known = fields.some((field) => field.name === key);
    const list = fields.map((field) => ({ value: field.name, label: field.label, selected: field.name === key }));
    if (key && !known) list.push({ value: key, label: key, selected: true });
    return { name: `${name}.rows[${at}]`, options: fields.length > 0 ? list : [], field: key, value: shownValue(inner, "text") };
  });
}

function shownValue(value: unknown, control: Control): string {
  if (value === undefined || value === null) return "";
  if (control === "record" && isObject(value)) return String(value["id"] ?? "");
  if (control === "multi" && Array.isArray(value)) return value.map(String).join("\n");
  if (control === "datetime" && typeof value === "string") return value.slice(0, 16);
  return typeof value === "string" ? value : JSON.stringify(value, null, control === "code" ? 2 : 0);
}

function placeholderOf(part: JsonObject): string {
  if (part["x-hint"] === "duration") return t("forms.durationSample");
  const examples = part["examples"];
  return Array.isArray(examples) ? String(examples[0] ?? "") : "";
}

/** A form field's id from its name. */
export function idOf(name: string): string {
  return `f-${name.replace(/[^\w]+/g, "-").replace(/-$/, "")}`;
}

/** `acceptStatus` as `Accept status`. */
export function inWords(key: string): string {
  const words = key.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
