import type { Field } from "../../crm/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { readConditions } from "./condition-form.js";
import { t } from "./text.js";
import { isTemplate, typedValue } from "./typed-value.js";

/** What a form came to: the values by schema, and what could not be read. Paths are dotted, below the form's name. */
export type FormValues = { values: JsonObject; problems: FieldError[] };

/**
 * Reads what `schemaForm` drew: `raw` is what `nested` returned for the form's name. Numbers, booleans, lists and JSON
 * get their types, empty fields are left out, templates stay text. What is wrong is reported and kept as text, so that
 * a draft never loses what was typed; the schema itself is checked by whoever stores the values.
 */
export function readSchemaForm(schema: JsonObject, raw: unknown, fieldsOf: (object: string | null) => Field[], object: string | null = null): FormValues {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const given = isObject(raw) ? raw : {};
  const about = typeof given["object"] === "string" && isObject(properties["object"]) ? given["object"] : object;
  const problems: FieldError[] = [];
  const values: JsonObject = {};
  for (const [key, part] of Object.entries(properties)) {
    if (!isObject(part)) continue;
    const fault = (message: string) => problems.push({ path: key, message });
    const value = read(part, given[key], { fieldsOf, object: about, fault, nest: (inner) => problems.push(...inner.map(({ path, message }) => ({ path: `${key}.${path}`, message }))) });
    if (value !== undefined) values[key] = value;
  }
  return { values, problems };
}

type Reading = { fieldsOf: (object: string | null) => Field[]; object: string | null; fault(message: string): void; nest(problems: FieldError[]): void };

function read(part: JsonObject, raw: unknown, reading: Reading): unknown {
  const type = Array.isArray(part["type"]) ? part["type"][0] : part["type"];
  const hint = part["x-hint"];
  if (hint === "conditions") return isObject(raw) ? readConditions(raw) : undefined;
  if (hint === "values") return isObject(raw) ? readPairs(raw, reading.fieldsOf(reading.object)) : undefined;
  if (hint === "record") return readRecord(raw);
  if (type === "object" && isObject(part["properties"])) {
    const inner = readSchemaForm(part, raw, reading.fieldsOf, reading.object);
    reading.nest(inner.problems);
    return Object.keys(inner.values).length > 0 ? inner.values : undefined;
  }
  if (type === "array" && isObject(part["items"]) && part["items"]["type"] !== "object") return readList(raw, part["items"]);
  const text = (Array.isArray(raw) ? String(raw.at(-1) ?? "") : String(raw ?? "")).replace(/\r\n/g, "\n");
  if (type === "boolean") return raw === undefined ? undefined : text === "true" || text === "on";
  if (text.trim() === "") return undefined;
  if (isTemplate(text)) return text;
  if (Array.isArray(part["enum"])) return part["enum"].find((item) => String(item) === text) ?? text;
  if (type === "number" || type === "integer") return readNumber(text, reading);
  if (type === "array" || type === "object" || (type === undefined && /^[[{]/.test(text.trim()))) return readJson(text, reading);
  return text;
}

function readNumber(text: string, reading: Reading): unknown {
  const number = Number(text.trim());
  if (Number.isFinite(number)) return number;
  reading.fault(t("forms.notANumber", { text }));
  return text;
}

function readJson(text: string, reading: Reading): unknown {
  try {
    return JSON.parse(text);
  } catch {
    reading.fault(t("forms.notJson"));
    return text;
  }
}

function readList(raw: unknown, items: JsonObject): unknown {
  if (raw === undefined) return undefined;
  const lines = (Array.isArray(raw) ? raw : [raw]).flatMap((text) => String(text).split(/\r?\n/)).map((line) => line.trim()).filter(Boolean);
  if (lines.length === 0) return undefined;
  if (lines.length === 1 && /^\{\{[^{}]*\}\}$/.test(lines[0] ?? "")) return lines[0];
  return items["type"] === "number" || items["type"] === "integer" ? lines.map((line) => (Number.isFinite(Number(line)) ? Number(line) : line)) : lines;
}

function readRecord(raw: unknown): unknown {
  if (!isObject(raw)) return typeof raw === "string" && raw.trim() ? raw.trim() : undefined;
  const id = String(raw["id"] ?? "").trim();
  const object = String(raw["object"] ?? "").trim();
  if (!id) return undefined;
  return object ? { object, id } : id;
}

function readPairs(raw: JsonObject, fields: Field[]): JsonObject {
  const rows = Array.isArray(raw["rows"]) ? raw["rows"] : [];
  const values: JsonObject = {};
  for (const row of rows) {
    const key = isObject(row) ? String(row["field"] ?? "").trim() : "";
    if (!key || !isObject(row) || key === "__proto__") continue;
    values[key] = typedValue(String(row["value"] ?? ""), fields.find((field) => field.name === key));
  }
  return values;
}
