import type { JsonObject } from "../../../shared/json.js";
import type { ConditionGroupView } from "../../pages/conditions/condition-form.js";
import type { ConditionRowView } from "../../pages/conditions/condition-row.js";
import type { FieldView } from "../../pages/forms/schema-form.js";

/** What a browser sends of a form: names and values, in order, as the server parses them. */
export type SentForm = Record<string, string | string[]>;

/**
 * What a browser sends for a field that nobody touched, as the tree its names spell; undefined for nothing. It mirrors
 * the partial `field`, line by line, so that a field which comes back like this keeps the value it was drawn from.
 */
export function untouched(view: FieldView): unknown {
  switch (view.control) {
    case "check":
      return view.checked ? ["false", "true"] : "false";
    case "select":
      return view.options.findLast(({ selected }) => selected)?.value ?? (view.blank ? "" : view.options[0]?.value);
    case "choices":
      return several(view.options);
    case "multi":
      return view.options.length > 0 ? several(view.options) : textArea(view.value);
    case "longText":
    case "code":
      return textArea(view.value);
    case "record": {
      const object = view.options.findLast(({ selected }) => selected)?.value ?? "";
      return { ...(view.options.length > 0 ? { object } : {}), id: textLine(view.value) };
    }
    case "pairs":
      return {
        rows: view.pairs.map((pair) => ({
          field: pair.options.length > 0 ? pair.field : textLine(pair.field),
          value: pair.long ? textArea(pair.value) : textLine(pair.value),
        })),
      };
    case "rows": {
      const rows = view.rows.map((row) => ({ at: row.at, ...fieldsOf(row) }));
      return { drawn: "true", ...(rows.length > 0 && { rows }) };
    }
    case "conditions":
      return view.conditions ? untouchedConditions(view.conditions) : undefined;
    case "group":
      return fieldsOf(view);
    default:
      return textLine(view.value);
  }
}

/** The same for the rows of conditions. */
export function untouchedConditions(view: ConditionGroupView | ConditionRowView): JsonObject {
  if (!view.group) return row(view);
  const join = view.joins.find(({ selected }) => selected)?.value ?? "all";
  return view.items.length > 0 ? { join, items: view.items.map(untouchedConditions) } : { join };
}

function row(view: ConditionRowView): JsonObject {
  const fact = view.facts.flatMap(({ options }) => options).findLast(({ selected }) => selected)?.value ?? "";
  const operator = (view.operators.findLast(({ selected }) => selected) ?? view.operators[0])?.value ?? "";
  return { ...(view.id && { id: textLine(view.id) }), fact, operator, ...value(view) };
}

function value(view: ConditionRowView): JsonObject {
  switch (view.control) {
    case "none":
      return {};
    case "field": {
      const all = view.fields.flatMap(({ options }) => options);
      return { compares: "field", field: (all.findLast(({ selected }) => selected) ?? all[0])?.value ?? "" };
    }
    case "select":
      return { value: view.values.findLast(({ selected }) => selected)?.value ?? "" };
    case "multi": {
      const chosen = several(view.values);
      return chosen === undefined ? {} : { value: chosen };
    }
    case "list":
      return { list: textLine(view.value) };
    case "range":
      return { value: textLine(view.value), upTo: textLine(view.upTo) };
    default:
      return { value: textLine(view.value) };
  }
}

/** Writes a tree of such values as the fields of a form, below `name`. */
export function asFields(name: string, tree: unknown, into: SentForm = {}): SentForm {
  if (typeof tree === "string") into[name] = tree;
  else if (Array.isArray(tree) && tree.every((item) => typeof item === "string")) into[name] = tree;
  else if (Array.isArray(tree)) for (const [at, item] of tree.entries()) asFields(`${name}[${at}]`, item, into);
  else if (tree) for (const [key, inner] of Object.entries(tree as JsonObject)) asFields(`${name}.${key}`, inner, into);
  return into;
}

function several(options: { value: string; selected: boolean }[]): string | string[] | undefined {
  const values = options.filter(({ selected }) => selected).map(({ value: one }) => one);
  return values.length > 1 ? values : values[0];
}

const fieldsOf = ({ name, fields }: Pick<FieldView, "name" | "fields">) =>
  members(fields.map((inner) => [inner.name.slice(name.length + 1), untouched(inner)]));

function members(entries: [string, unknown][]): JsonObject | undefined {
  const given = entries.filter(([, inner]) => inner !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

/** A line holds no line break, and a text area not the first one of its text. */
const textLine = (text: string) => text.replace(/[\r\n]/g, "");
const textArea = (text: string) => text.replace(/\r\n?/g, "\n").replace(/^\n/, "");
