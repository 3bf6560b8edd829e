import type { FieldError } from "../../../shared/errors.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { type ConditionGroupView, conditionForm } from "../conditions/condition-form.js";
import { t } from "../text.js";
import { idOf } from "./field-id.js";
import type { FormKnown, Option } from "./form-known.js";
import { shownLoose } from "./loose-value.js";
import { type Control, controlOf, plainPart, typesOf } from "./schema-controls.js";

/** A choice that may be made already. */
export type Choice = Option & { selected: boolean };

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
  /** The choices of a select or of boxes; suggestions beside a text. */
  options: Choice[];
  wide: boolean;
  readOnly: boolean;
  /** What the empty choice of a select says; empty when it has none. */
  blank: string;
  /** Other fields depend on this one: the editor draws the form anew when it changes. */
  redraw: boolean;
  problems: FieldError[];
  /** What `aria-describedby` names: hint and problems, where there are any. */
  describedBy: string;
  /** `pairs`: one row for each written field, and an empty one; `long` values have several lines. */
  pairs: { name: string; options: Choice[]; field: string; value: string; long: boolean; number: number }[];
  /** `rows`: the fields of each item of a list; `at` is where the item stands in the list that was drawn. */
  rows: { name: string; id: string; at: string; label: string; fields: FieldView[]; problems: FieldError[] }[];
  /** `group`: the fields of an inner object. */
  fields: FieldView[];
  conditions: ConditionGroupView | null;
};

const wideControls: Control[] = ["longText", "code", "pairs", "rows", "conditions", "group", "choices", "record"];

/** Where a form stands: the name its fields begin with, what went wrong (`path` below that name), and what it may offer. */
export type FormPlace = { name: string; problems?: FieldError[]; known: FormKnown; object?: string | null };

/**
 * The fields of a JSON Schema of our subset, in its order: text, number, boolean, enum, lists of text, inner objects and
 * the hints `record field values conditions template secret duration user list object automation markdown cron`. What it cannot
 * draw it shows as JSON, so that every config can be edited. `x-labels` names the values of an enum, `x-types` the types
 * of the fields offered. `x-values` says that `values` are not those of fields: `text` as typed, or `loose` for what they
 * look like (`loose-value.ts`). `x-none` is what an open choice means, `x-redraw` that other fields depend on it, `x-rows` that the items of a list are
 * drawn one by one, which takes a page whose buttons add and remove rows.
 */
export function schemaForm(schema: JsonObject, values: unknown, place: FormPlace): FieldView[] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const given = isObject(values) ? values : {};
  const object = objectAbout(schema, given, place.object ?? null);
  return Object.entries(properties)
    .filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
    .map(([key, part]) =>
      field(key, plainPart(part), given[key] ?? part["default"], required.includes(key), { ...place, object }),
    );
}

/** The object whose fields a form offers: the one it names itself, where it has a place for that, else its own. */
export function objectAbout(schema: JsonObject, values: JsonObject, own: string | null): string | null {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return typeof values["object"] === "string" && isObject(properties["object"]) ? values["object"] : own;
}

function field(key: string, part: JsonObject, value: unknown, required: boolean, place: FormPlace): FieldView {
  const name = `${place.name}.${key}`;
  const id = idOf(name);
  const problems = below(place.problems ?? [], key);
  const offered = offers(part, place);
  const control = controlOf(part, value, offered.length);
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
    options: chosen(offered, value, control, place.known),
    wide: wideControls.includes(control) || (required && part["x-hint"] === "template"),
    readOnly: part["readOnly"] === true,
    blank: blankChoice(part, required),
    redraw: part["x-redraw"] === true || part["x-hint"] === "object",
    problems,
    describedBy: [hint && `${id}-hint`, problems.length > 0 && `${id}-problems`].filter(Boolean).join(" "),
    pairs: [],
    rows: [],
    fields: [],
    conditions: null,
  };
  if (control === "pairs") view.pairs = pairs(name, value, part["x-values"], place);
  if (control === "rows") {
    view.rows = [value ?? []].flat().map((item, at) => row(name, key, part, item, at, { ...place, problems }));
    view.problems = problems.filter(({ path }) => !/^\w+\[\d+\]/.test(path));
  }
  if (control === "group") {
    const inner = problems.map((problem) => ({ ...problem, path: problem.path.slice(key.length).replace(/^\./, "") }));
    view.fields = schemaForm(part, value, { ...place, name, problems: inner });
    view.problems = inner.filter(({ path }) => !view.fields.some((one) => problemsOf(one, path, name)));
  }
  if (control === "conditions") {
    const inner = problems.map((problem) => ({ ...problem, path: problem.path.slice(key.length).replace(/^\./, "") }));
    const tree = isObject(value) ? value : {};
    view.conditions = conditionForm(tree, { name, known: place.known, object: place.object ?? null, problems: inner });
    view.problems = [];
  }
  return view;
}

function row(name: string, key: string, part: JsonObject, item: unknown, at: number, place: FormPlace) {
  const items = isObject(part["items"]) ? part["items"] : {};
  const own = `${name}.rows[${at}]`;
  const inner = below(place.problems ?? [], `${key}[${at}]`).map((problem) => ({
    ...problem,
    path: problem.path.slice(`${key}[${at}]`.length).replace(/^\./, ""),
  }));
  const fields = schemaForm(items, item, { ...place, name: own, problems: inner });
  const problems = inner.filter(({ path }) => !fields.some((one) => problemsOf(one, path, own)));
  const label = `${singular(typeof part["title"] === "string" ? part["title"] : inWords(key))} ${at + 1}`;
  return { name: own, id: idOf(own), at: String(at), label, fields, problems };
}

function problemsOf(view: FieldView, path: string, parent: string): boolean {
  const key = view.name.slice(parent.length + 1);
  return path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`);
}

function below(problems: FieldError[], key: string): FieldError[] {
  return problems.filter(({ path }) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`));
}

function offers(part: JsonObject, place: FormPlace): Option[] {
  const items = isObject(part["items"]) ? part["items"] : {};
  const words = part["enum"] ?? items["enum"];
  const names = [part["x-labels"], items["x-labels"]].find(isObject) ?? {};
  if (Array.isArray(words)) {
    return words.map((word) => ({ value: String(word), label: String(names[String(word)] ?? inWords(String(word))) }));
  }
  const hint = part["x-hint"] ?? items["x-hint"];
  if (hint === "object" || hint === "record") return place.known.objects;
  if (hint === "secret") return place.known.secrets.map((secret) => ({ value: secret, label: secret }));
  if (hint === "user") return place.known.people;
  if (hint === "list") return place.known.lists;
  if (hint === "automation") return place.known.automations;
  if (hint !== "field") return [];
  const types = Array.isArray(part["x-types"]) ? part["x-types"] : null;
  const fields = place.known.fieldsOf(place.object ?? null).filter(({ type }) => !types || types.includes(type));
  return fields.map(({ name, label }) => ({ value: name, label }));
}

/** Marks what is chosen; a value that is not among the choices becomes one, so that it is not lost. */
function chosen(offered: Option[], value: unknown, control: Control, known: FormKnown): Choice[] {
  if (control === "record") {
    const object = isObject(value) ? value["object"] : undefined;
    return offered.map((option) => ({ ...option, selected: option.value === object }));
  }
  const values = [value ?? []].flat().map(wordOf).filter(Boolean);
  const choices = offered.map((option) => ({ ...option, selected: values.includes(option.value) }));
  if (control !== "select" && control !== "choices" && !(control === "multi" && offered.length > 0)) return choices;
  const others = values.filter((one) => !offered.some((option) => option.value === one));
  const labelOf = (one: string) => known.users.find((user) => user.value === one)?.label ?? one;
  return [...choices, ...others.map((one) => ({ value: one, label: labelOf(one), selected: true }))];
}

function wordOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function pairs(name: string, value: unknown, kind: unknown, place: FormPlace): FieldView["pairs"] {
  const fields = kind ? [] : place.known.fieldsOf(place.object ?? null).filter((field) => !field.readOnly);
  const written = Object.entries(isObject(value) ? value : {});
  return [...written, ["", ""] as const].map(([key, inner], at) => {
    const known = fields.find((field) => field.name === key);
    const list = fields.map((field) => ({ value: field.name, label: field.label, selected: field.name === key }));
    if (key && !known) list.push({ value: key, label: key, selected: true });
    const text = kind === "loose" && key !== "" ? shownLoose(inner) : shownValue(inner, "text");
    const long = known?.type === "longText" || text.includes("\n");
    return {
      name: `${name}.rows[${at}]`,
      options: fields.length > 0 ? list : [],
      field: key,
      value: text,
      long,
      number: at + 1,
    };
  });
}

function shownValue(value: unknown, control: Control): string {
  if (value === undefined || value === null) return "";
  if (control === "record" && isObject(value)) return String(value["id"] ?? "");
  if (control === "multi" && Array.isArray(value)) return value.map(String).join("\n");
  return typeof value === "string" ? value : JSON.stringify(value, null, control === "code" ? 2 : 0);
}

function blankChoice(part: JsonObject, required: boolean): string {
  if (part["default"] !== undefined) return "";
  return typeof part["x-none"] === "string" ? part["x-none"] : t(required ? "forms.choose" : "forms.none");
}

function placeholderOf(part: JsonObject): string {
  if (part["x-hint"] === "duration") return t("forms.durationSample");
  const examples = part["examples"];
  return Array.isArray(examples) && !typesOf(part).includes("array") ? String(examples[0] ?? "") : "";
}

/** One of what a list is called: a case of the cases, a branch of the branches. */
export function singular(list: string): string {
  return list.replace(/(ch|sh|x)es$/, "$1").replace(/s$/, "");
}

/** `acceptStatus` as `Accept status`. */
export function inWords(key: string): string {
  const words = key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
