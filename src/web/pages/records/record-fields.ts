import { describeObject, type Field, findRecords, type ObjectType, type RecordRow } from "../../../crm/index.js";
import type { Engine } from "../../../runs/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { idOf } from "../forms/field-id.js";
import type { Option } from "../forms/form-known.js";
import type { FieldView } from "../forms/schema-form.js";
import { typedValue } from "../forms/typed-value.js";
import { t } from "../text.js";
import { type Labels, recordLabel } from "./record-shown.js";

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

/** What choice fields offer: the people, the records of each related object (none when there are too many), labels of ids. */
export type FieldWords = { people: Option[]; related: Map<string, Option[]>; labels: Labels };

/** More records than this are not offered in a list: the field asks for an id then. */
const MOST_OFFERED = 200;

/** The records each relation of an object may name, by object; an object with too many is left out. */
export async function relatedOptions(
  engine: Engine,
  workspaceId: string,
  object: ObjectType,
): Promise<Map<string, Option[]>> {
  const names = [
    ...new Set(object.fields.flatMap(({ relation, readOnly }) => (relation && !readOnly ? [relation] : []))),
  ];
  const offered = new Map<string, Option[]>();
  for (const name of names) {
    const related = await describeObject(engine, workspaceId, name).catch(() => null);
    if (!related) continue;
    const { records, nextCursor } = await findRecords(engine, workspaceId, name, {
      limit: MOST_OFFERED,
      sort: related.labelField,
    });
    if (!nextCursor)
      offered.set(
        name,
        records.map((record) => ({ value: record.id, label: recordLabel(related, record) })),
      );
  }
  return offered;
}

/** A record's fields as a form. `typed` is what was just sent and refused; it wins over what is stored. */
export function recordFields(
  object: ObjectType,
  record: RecordRow | null,
  words: FieldWords,
  typed?: JsonObject,
  problems: FieldError[] = [],
): FieldView[] {
  return object.fields.map((field) => {
    const name = `values.${field.name}`;
    const id = idOf(name);
    const value = typed && field.name in typed ? typed[field.name] : record ? record.values[field.name] : field.default;
    const own = problems.filter(({ path }) => path.replace(/^values\./, "") === field.name);
    const chosen = new Set((Array.isArray(value) ? value : [value]).map((one) => String(one ?? "")));
    const options = optionsOf(field, words).map((option) => ({ ...option, selected: chosen.has(option.value) }));
    const control = field.readOnly
      ? "text"
      : options.length > 0
        ? field.type === "multiSelect"
          ? "multi"
          : "select"
        : (controls[field.type] ?? "text");
    const label =
      field.relation && typeof value === "string" ? words.labels.get(`${field.relation}:${value}`) : undefined;
    const hint =
      field.relation && options.length === 0
        ? label
          ? t("record.relationNow", { label })
          : t("record.relationHint", { object: field.relation })
        : "";
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
      blank: t(field.required ? "forms.choose" : "forms.none"),
      redraw: false,
      problems: own,
      describedBy: [hint && `${id}-hint`, own.length > 0 && `${id}-problems`].filter(Boolean).join(" "),
      pairs: [],
      rows: [],
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
    const typed =
      field.type === "boolean" ? value === "true" || (Array.isArray(value) && value.includes("true")) : undefined;
    if (field.type === "boolean" && value !== "") values[field.name] = typed;
    else if (field.type === "multiSelect" && Array.isArray(value))
      values[field.name] = value.map(String).filter(Boolean);
    else
      values[field.name] = typedValue(
        String(Array.isArray(value) ? value.at(-1) : value).replace(/\r\n/g, "\n"),
        field,
      );
  }
  return values;
}

/** Only what differs from the record: two people editing different fields do not undo each other's work. */
export function changedValues(values: JsonObject, record: RecordRow): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) =>
        JSON.stringify(value ?? null) !== JSON.stringify(record.values[name] ?? null) &&
        !(isBlank(value) && isBlank(record.values[name])),
    ),
  );
}

const isBlank = (value: unknown) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

function optionsOf(field: Field, { people, related }: FieldWords): Option[] {
  if (field.type === "user") return people;
  if (field.type === "boolean")
    return ["true", "false"].map((value) => ({ value, label: t(value === "true" ? "value.yes" : "value.no") }));
  return (field.relation ? related.get(field.relation) : field.options) ?? [];
}

function text(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(String).join("\n");
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}
