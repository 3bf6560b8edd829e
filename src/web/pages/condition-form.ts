import type { Field } from "../../crm/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { OperatorInfo, ValueShape } from "../../rules/index.js";
import type { FormKnown, Option } from "./form-known.js";
import { t } from "./text.js";
import { typedValue } from "./typed-value.js";

type Choice = Option & { selected: boolean };

/** A group of conditions as the partial `conditions` draws it: `items` are rows and inner groups. */
export type ConditionGroupView = { group: true; name: string; joins: Choice[]; items: (ConditionGroupView | ConditionRowView)[]; inner: boolean; problems: FieldError[] };

/** One condition: what it looks at, how, and against what. */
export type ConditionRowView = {
  group: false;
  name: string;
  id: string;
  number: number;
  facts: { label: string; options: Choice[] }[];
  operators: Choice[];
  /** How the value is asked for; `none` when the operator needs none. */
  control: "none" | "text" | "number" | "date" | "datetime" | "select" | "multi" | "list" | "range" | "field";
  value: string;
  upTo: string;
  values: Choice[];
  fields: Choice[];
  compares: "value" | "field";
  problems: FieldError[];
};

/** Where the builder stands in a form. */
export type ConditionPlace = { name: string; known: FormKnown; object: string | null; problems?: FieldError[] };

/**
 * A stored tree as the builder draws it. Works without JavaScript: every button sends the whole form, and the server
 * answers with the changed rows (`changeRows` on what `nested` read).
 */
export function conditionForm(tree: JsonObject, place: ConditionPlace): ConditionGroupView {
  return group(isJoin(tree) ? tree : { all: Object.keys(tree).length > 0 ? [tree] : [] }, place.name, place, false);
}

/** What a builder sent, as the tree to store: rows without a field are left out. */
export function readConditions(raw: JsonObject): JsonObject {
  const items = (Array.isArray(raw["items"]) ? raw["items"] : []).filter(isObject).flatMap((item) => {
    if (Array.isArray(item["items"]) || "join" in item) return [readConditions(item)];
    const leaf = readLeaf(item);
    return leaf ? [leaf] : [];
  });
  if (raw["join"] === "none") return { not: { any: items } };
  return raw["join"] === "any" ? { any: items } : { all: items };
}

/** A new row or an inner group with one row: what `changeRows` puts in. */
export function emptyCondition(verb: "add" | "group"): JsonObject {
  return verb === "group" ? { join: "any", items: [{ fact: "" }] } : { fact: "" };
}

/** A tree as the builder's own fields, so that it can be changed by `changeRows` and drawn again. */
export function rawConditions(tree: JsonObject): JsonObject {
  const { join, items } = parts(isJoin(tree) ? tree : { all: Object.keys(tree).length > 0 ? [tree] : [] });
  return { join, items: items.map((item) => (isJoin(item) ? rawConditions(item) : item)) };
}

const isJoin = (tree: JsonObject) => "all" in tree || "any" in tree || "not" in tree || "items" in tree;

function parts(tree: JsonObject): { join: string; items: JsonObject[] } {
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : []);
  if ("items" in tree) return { join: String(tree["join"] ?? "all"), items: list(tree["items"]) };
  if ("any" in tree) return { join: "any", items: list(tree["any"]) };
  if (!("not" in tree)) return { join: "all", items: list(tree["all"]) };
  const inner = isObject(tree["not"]) ? tree["not"] : {};
  return { join: "none", items: "any" in inner ? list(inner["any"]) : [inner] };
}

function group(tree: JsonObject, name: string, place: ConditionPlace, inner: boolean): ConditionGroupView {
  const { join, items } = parts(tree);
  return {
    group: true,
    name,
    inner,
    joins: ["all", "any", "none"].map((value) => ({ value, label: t(`conditions.join.${value}`), selected: value === join })),
    items: items.map((item, at) => {
      const path = `${name}.items[${at}]`;
      return isJoin(item) ? group(item, path, place, true) : row(item, path, at, place);
    }),
    problems: inner ? [] : (place.problems ?? []),
  };
}

function row(leaf: JsonObject, name: string, at: number, place: ConditionPlace): ConditionRowView {
  const fact = factOf(leaf);
  const fields = place.known.fieldsOf(place.object);
  const field = fields.find((candidate) => fact.endsWith(`:${candidate.name}`));
  const operator = String(leaf["operator"] ?? "");
  const offered = operatorsFor(place.known.operators, field, operator);
  const shape = place.known.operators.find((known) => known.name === (operator || offered[0]?.value))?.value ?? "single";
  const compared = leaf["value"];
  const byField = leaf["compares"] === "field" || (isObject(compared) && "fact" in compared);
  const [from, to] = Array.isArray(compared) && shape === "range" ? compared : [compared, ""];
  return {
    group: false,
    name,
    id: String(leaf["id"] ?? ""),
    number: at + 1,
    facts: factGroups(fields, fact),
    operators: offered,
    control: byField && !["none", "range", "list", "window"].includes(shape) ? "field" : controlOf(shape, field, compared),
    value: shown(from),
    upTo: shown(to ?? leaf["upTo"]),
    values: choices(field).map((option) => ({ ...option, selected: (Array.isArray(compared) ? compared : [compared]).map(String).includes(option.value) })),
    fields: fields.map((other) => ({ value: `record:${other.name}`, label: other.label, selected: byField && (leaf["field"] === `record:${other.name}` || (isObject(compared) && compared["path"] === other.name)) })),
    compares: byField ? "field" : "value",
    problems: [],
  };
}

function choices(field: Field | undefined): Option[] {
  if (field?.type === "boolean") return ["true", "false"].map((value) => ({ value, label: t(value === "true" ? "value.yes" : "value.no") }));
  return field?.options ?? [];
}

function factOf(leaf: JsonObject): string {
  const fact = String(leaf["fact"] ?? "");
  if (fact.includes(":") || fact === "") return fact;
  return `${fact}:${String(leaf["path"] ?? "")}`;
}

function factGroups(fields: Field[], chosen: string): ConditionRowView["facts"] {
  const under = (fact: string) => fields.map(({ name, label }) => ({ value: `${fact}:${name}`, label, selected: chosen === `${fact}:${name}` }));
  const groups = [
    { label: t("conditions.facts.record"), options: under("record") },
    { label: t("conditions.facts.old"), options: under("old").map((option) => ({ ...option, label: t("conditions.before", { field: option.label }) })) },
    { label: t("conditions.facts.other"), options: ["changed:", "trigger:kind", "trigger:actor.name"].map((value) => ({ value, label: t(`conditions.fact.${value.replace(/\W+/g, "")}`), selected: chosen === value })) },
  ];
  const listed = groups.some(({ options }) => options.some(({ selected }) => selected));
  if (chosen && !listed) groups.push({ label: t("conditions.facts.typed"), options: [{ value: chosen, label: chosen.replace(":", "."), selected: true }] });
  return groups.filter(({ options }) => options.length > 0);
}

function operatorsFor(operators: readonly OperatorInfo[], field: Field | undefined, chosen: string): Choice[] {
  return operators
    .filter(({ types, name }) => name === chosen || !field || types === "any" || types.includes(field.type))
    .map(({ name, label }) => ({ value: name, label, selected: name === chosen }));
}

function controlOf(shape: ValueShape, field: Field | undefined, value: unknown): ConditionRowView["control"] {
  if (shape === "none" || shape === "range") return shape;
  if (shape === "list") return field?.options ? "multi" : "list";
  const template = typeof value === "string" && value.includes("{{");
  if (template || !field || shape === "window" || shape === "text" || shape === "pattern") return "text";
  if ((field.options && field.options.length > 0) || field.type === "boolean") return "select";
  if (field.type === "number" || field.type === "money") return "number";
  return field.type === "date" || shape === "day" ? "date" : "text";
}

function readLeaf(item: JsonObject): JsonObject | null {
  const [fact = "", ...rest] = String(item["fact"] ?? "").split(":");
  if (fact === "") return null;
  const path = rest.join(":");
  const id = String(item["id"] ?? "");
  return { ...(id && { id }), fact, ...(path && { path }), operator: String(item["operator"] ?? ""), ...valueOf(item) };
}

function valueOf(item: JsonObject): JsonObject {
  if (item["compares"] === "field" && typeof item["field"] === "string") {
    const [fact = "record", path = ""] = item["field"].split(":");
    return { value: { fact, path } };
  }
  if (typeof item["upTo"] === "string") return { value: [guess(item["value"]), guess(item["upTo"])] };
  if (typeof item["list"] === "string") return { value: item["list"].split(",").map((part) => part.trim()).filter(Boolean).map(guess) };
  if (Array.isArray(item["value"])) return { value: item["value"].map(String) };
  return { value: item["value"] === undefined ? null : guess(item["value"]) };
}

/** Numbers and booleans are stored as what they are; the rules compare by the field's type all the same. */
function guess(raw: unknown): unknown {
  const text = String(raw ?? "");
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,9})?$/.test(text)) return Number(text);
  return typedValue(text, text === "true" || text === "false" ? { type: "boolean" } : undefined);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : Array.isArray(value) ? value.join(", ") : JSON.stringify(value);
}
