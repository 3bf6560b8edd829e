import type { Field, ObjectType, RecordRow } from "../../crm/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { Option } from "./form-known.js";
import type { Labels } from "./record-shown.js";
import { type FieldView, idOf } from "./schema-form.js";
import { typedValue } from "./typed-value.js";
import { t } from "./text.js";

const controls: Partial<Record<Field["type"], FieldView["control"]>> = {
  longText: "longText",
  number: "number",
  money: "number",
  date: "date",
  datetime: "text",
  email: "email",
  multiSelect: "multi",
  json: "code",
};

/** A record's fields as a form. `typed` is what was just sent and refused; it wins over what is stored. */
export function recordFields(object: ObjectType, record: RecordRow | null, people: Option[], labels: Labels, typed?: JsonObject, problems: FieldError[] = []): FieldView[] {
  return object.fields.map((field) => {
    const name = `values.${field.name}`;
    const id = idOf(name);
    const value = typed && field.name in typed ? typed[field.name] : record ? record.values[field.name] : field.default;
    const own = problems.filter(({ path }) => path.replace(/^values\./, "") === field.name);
    const chosen = new Set((Array.isArray(value) ? value : [value]).map((one) => String(one ?? "")));
    const options = optionsOf(field, people).map((option) => ({ ...option, selected: chosen.has(option.value) }));
    const control = field.readOnly ? "text" : options.length > 0 ? (field.type === "multiSelect" ? "multi" : "select") : (controls[field.type] ?? "text");
    const label = field.relation && typeof value === "string" ? labels.get(`${field.relation}:${value}`) : undefined;
    const hint = field.relation ? (label ? t("record.relationNow", { label }) : t("record.relationHint", { object: field.relation })) : "";
    return {
      id,
      name,
      label: field.label,
      hint,
      required: field.required === true,
      control,
      value: text(value),
      checked: value === true,
      placeholder: field.type === "datetime" ? "2026-03-02T09:00:00Z" : "",
      options,
      wide: control === "longText" || control === "code",
      readOnly: field.readOnly === true,
      problems: own,
      describedBy: [hint && `${id}-hint`, own.length > 0 && `${id}-problems`].filter(Boolean).join(" "),
      pairs: [],
      fields: [],
      conditions: null,
    };
  });
}

/** What a record form sent, by field; fields that may not be written, and those the form did not hold, are left out. */
export function readRecordFields(object: ObjectType, sent: unknown): JsonObject {
  const raw = isObject(sent) ? sent : {};
  const values: JsonObject = {};
  for (const field of object.fields) {
    if (field.readOnly || !Object.hasOwn(raw, field.name)) continue;
    const value = raw[field.name];
    const typed = field.type === "boolean" ? value === "true" || (Array.isArray(value) && value.includes("true")) : undefined;
    if (field.type === "boolean" && value !== "") values[field.name] = typed;
    else if (field.type === "multiSelect" && Array.isArray(value)) values[field.name] = value.map(String).filter(Boolean);
    else values[field.name] = typedValue(String(Array.isArray(value) ? value.at(-1) : value).replace(/\r\n/g, "\n"), field);
  }
  return values;
}

/** Only what differs from the record: two people editing different fields do not undo each other's work. */
export function changedValues(values: JsonObject, record: RecordRow): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(record.values[name] ?? null) && !(isBlank(value) && isBlank(record.values[name]))));
}

const isBlank = (value: unknown) => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

function optionsOf(field: Field, people: Option[]): Option[] {
  if (field.type === "user") return people;
  if (field.type === "boolean") return ["true", "false"].map((value) => ({ value, label: t(value === "true" ? "value.yes" : "value.no") }));
  return field.options ?? [];
}

function text(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(String).join("\n");
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}
