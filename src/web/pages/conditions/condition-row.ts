import type { Field } from "../../../crm/index.js";
import type { ValueShape } from "../../../rules/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { idOf } from "../forms/field-id.js";
import type { FormKnown, Option } from "../forms/form-known.js";
import { t } from "../text.js";

type Choice = Option & { selected: boolean };

/** One condition: what it looks at, how, and against what. */
export type ConditionRowView = {
  group: false;
  name: string;
  anchor: string;
  id: string;
  number: number;
  facts: { label: string; options: Choice[] }[];
  operators: Choice[];
  /** How the value is asked for; `none` when the operator needs none. */
  control: "none" | "text" | "number" | "date" | "select" | "multi" | "list" | "range" | "field";
  value: string;
  upTo: string;
  values: Choice[];
  fields: { label: string; options: Choice[] }[];
  /** Whether the row may compare with another field instead of a value. */
  comparable: boolean;
  problems: FieldError[];
};

/** Where the builder stands in a form. Paths of problems begin at the tree: `all[0].value`. */
export type ConditionPlace = { name: string; known: FormKnown; object: string | null; problems?: FieldError[] };

/** A leaf as one row: what may be chosen depends on the field, and on the operator. */
export function conditionRow(
  leaf: JsonObject,
  name: string,
  at: number,
  place: ConditionPlace,
  problems: FieldError[],
): ConditionRowView {
  const { known, object } = place;
  const fact = placeText(leaf);
  const fields = [...known.fieldsOf(object), ...known.relatedOf(object).flatMap((related) => related.fields)];
  const field = fields.find((candidate) => fact === `record:${candidate.name}` || fact === `old:${candidate.name}`);
  const chosen = String(leaf["operator"] ?? "");
  const offered = operatorsFor(known, field, chosen);
  const shape = known.operators.find(({ name: one }) => one === (chosen || offered[0]?.value))?.value ?? "single";
  const compared = leaf["value"];
  const byField = isObject(compared) && typeof compared["fact"] === "string";
  const comparable = !["none", "range", "list", "window"].includes(shape);
  const [from, to] = shape === "range" && Array.isArray(compared) ? compared : [compared, ""];
  const values = valueChoices(field, known, compared);
  const control = byField ? "field" : controlOf(shape, field, values, compared);
  return {
    group: false,
    name,
    anchor: idOf(name),
    id: String(leaf["id"] ?? ""),
    number: at + 1,
    facts: readable(place, fact),
    operators: offered,
    control,
    value: control === "list" ? listText(compared) : valueText(from),
    upTo: valueText(to),
    values,
    fields: byField ? readable(place, placeText(compared)) : [],
    comparable: comparable && !byField,
    problems,
  };
}

/** `record:company.name`: what a leaf, or the other side of one, looks at. Empty while nothing is chosen. */
function placeText(leaf: JsonObject): string {
  const fact = String(leaf["fact"] ?? "");
  return fact === "" ? "" : `${fact}:${String(leaf["path"] ?? "")}`;
}

/** Everything a condition may look at here, in groups; what is chosen and not among it becomes a group of its own. */
function readable({ known, object }: ConditionPlace, chosen: string): { label: string; options: Choice[] }[] {
  const option = (value: string, label: string): Choice => ({ value, label, selected: value === chosen });
  const fields = known.fieldsOf(object);
  const other = ["changed:", "trigger:kind", "trigger:actor.name", "now:"];
  const groups = [
    { label: t("conditions.facts.record"), options: fields.map(({ name, label }) => option(`record:${name}`, label)) },
    ...known.relatedOf(object).map((related) => ({
      label: related.label,
      options: related.fields.map(({ name, label }) => option(`record:${name}`, label)),
    })),
    {
      label: t("conditions.facts.old"),
      options: fields.map(({ name, label }) => option(`old:${name}`, t("conditions.before", { field: label }))),
    },
    ...known.names.map(({ label, options }) => ({
      label,
      options: options.map((one) => option(one.value, one.label)),
    })),
    {
      label: t("conditions.facts.other"),
      options: other.map((value) => option(value, t(`conditions.fact.${value.replace(/\W+/g, "")}`))),
    },
  ];
  if (chosen && !groups.some(({ options }) => options.some(({ selected }) => selected))) {
    const label = chosen.replace(/:$/, "").replace(":", ".");
    groups.push({ label: t("conditions.facts.typed"), options: [option(chosen, label)] });
  }
  return groups.filter(({ options }) => options.length > 0);
}

function operatorsFor(known: FormKnown, field: Field | undefined, chosen: string): Choice[] {
  const listed = known.operators
    .filter(({ types, name }) => name === chosen || !field || types === "any" || types.includes(field.type))
    .map(({ name, label }) => ({ value: name, label, selected: name === chosen }));
  if (chosen === "" || listed.some(({ selected }) => selected)) return listed;
  return [...listed, { value: chosen, label: chosen, selected: true }];
}

/** The values a field can have, with what is chosen among them even when it is none of those. */
function valueChoices(field: Field | undefined, known: FormKnown, compared: unknown): Choice[] {
  const offered = field?.type === "boolean" ? yesOrNo() : field?.type === "user" ? known.users : (field?.options ?? []);
  const values = [compared ?? []].flat().map((one) => (typeof one === "object" ? JSON.stringify(one) : String(one)));
  const others = values.filter((value) => value !== "" && !offered.some((option) => option.value === value));
  return [...offered, ...others.map((value) => ({ value, label: value }))].map((option) => ({
    ...option,
    selected: values.includes(option.value),
  }));
}

const yesOrNo = () =>
  ["true", "false"].map((value) => ({ value, label: t(value === "true" ? "value.yes" : "value.no") }));

function controlOf(
  shape: ValueShape,
  field: Field | undefined,
  values: Choice[],
  value: unknown,
): ConditionRowView["control"] {
  if (shape === "none") return shape;
  if (shape === "range") return Array.isArray(value) && value.length > 2 ? "text" : shape;
  const offers = ["select", "multiSelect", "user", "boolean"].includes(field?.type ?? "") && values.length > 0;
  const template = typeof value === "string" && value.includes("{{");
  if (shape === "list") return offers && !template ? "multi" : "list";
  if (template || !field || ["window", "text", "pattern"].includes(shape) || isObject(value)) return "text";
  if (offers) return field.type === "multiSelect" && Array.isArray(value) ? "multi" : "select";
  if (field.type === "number" || field.type === "money") return "number";
  const day = value === undefined || value === null || value === "" || /^\d{4}-\d\d-\d\d$/.test(String(value));
  return (field.type === "date" || shape === "day") && day ? "date" : "text";
}

function listText(value: unknown): string {
  if (!Array.isArray(value)) return valueText(value);
  const plain = value.every((one) => ["string", "number"].includes(typeof one) && !/[,\s[]/.test(String(one)));
  return plain ? value.join(", ") : JSON.stringify(value);
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
