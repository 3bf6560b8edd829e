import type { Field } from "../../../crm/index.js";
import type { FieldError } from "../../../shared/errors.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { readConditions } from "../conditions/condition-values.js";
import { t } from "../text.js";
import { looseValue } from "./loose-value.js";
import { holdsTexts, isNumeric, plainPart, typesOf } from "./schema-controls.js";
import { objectAbout } from "./schema-form.js";
import { isTemplate, typedValue } from "./typed-value.js";

/** What a form came to: the values by schema, and what could not be read. Paths are dotted, below the form's name. */
export type FormValues = { values: JsonObject; problems: FieldError[] };

type FieldsOf = (object: string | null) => Field[];

/**
 * Reads what `schemaForm` drew: `raw` is what `nested` returned for the form's name. Numbers, booleans, lists and JSON
 * get their types, empty fields are left out, templates stay text. What is wrong is reported and kept as text, so that
 * a draft never loses what was typed; the schema itself is checked by whoever stores the values.
 */
export function readSchemaForm(
  schema: JsonObject,
  raw: unknown,
  fieldsOf: FieldsOf,
  own: string | null = null,
): FormValues {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const given = isObject(raw) ? raw : {};
  const object = objectAbout(schema, given, own);
  const problems: FieldError[] = [];
  const values: JsonObject = {};
  for (const [key, part] of Object.entries(properties)) {
    if (!isObject(part)) continue;
    const value = read(plainPart(part), given[key], {
      fieldsOf,
      object,
      fault: (message) => problems.push({ path: key, message }),
      nest: (inner) => problems.push(...inner.map(({ path, message }) => ({ path: `${key}.${path}`, message }))),
    });
    if (value !== undefined) values[key] = value;
  }
  return { values, problems };
}

type Reading = {
  fieldsOf: FieldsOf;
  object: string | null;
  fault(message: string): void;
  nest(problems: FieldError[]): void;
};

function read(part: JsonObject, raw: unknown, reading: Reading): unknown {
  if (raw === undefined) return undefined;
  if (isObject(raw)) return readParts(part, raw, reading);
  const types = typesOf(part);
  if (types.includes("array") && holdsTexts(part)) return readList(raw, part);
  const text = (Array.isArray(raw) ? String(raw.at(-1) ?? "") : String(raw)).replace(/\r\n/g, "\n");
  if (text.trim() === "") return undefined;
  if (types.length === 0 || types.includes("object") || types.includes("array")) return readJson(part, text, reading);
  if (isTemplate(text)) return text;
  if (Array.isArray(part["enum"])) return part["enum"].find((item) => String(item) === text) ?? text;
  if (types.includes("boolean") && !types.includes("string")) return text === "true" || text === "on";
  return isNumeric(part) ? readNumber(text, reading) : text;
}

function readParts(part: JsonObject, raw: JsonObject, reading: Reading): unknown {
  const hint = part["x-hint"];
  if (hint === "conditions") return readConditions(raw);
  if (hint === "values") {
    const fields = part["x-values"] ? [] : reading.fieldsOf(reading.object);
    return readPairs(raw, part["x-values"] === "loose" ? null : fields);
  }
  if (hint === "record") return readRecord(raw);
  const inner = readSchemaForm(part, raw, reading.fieldsOf, reading.object);
  reading.nest(inner.problems);
  return Object.keys(inner.values).length > 0 ? inner.values : undefined;
}

function readNumber(text: string, reading: Reading): unknown {
  const number = Number(text.trim());
  if (Number.isFinite(number)) return number;
  reading.fault(t("forms.notANumber", { text }));
  return text;
}

/** JSON may hold templates; a text that is no JSON is a fault only where nothing but JSON will do. */
function readJson(part: JsonObject, text: string, reading: Reading): unknown {
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // It is text then, unless it must be JSON.
    }
  }
  const types = typesOf(part);
  if (!isTemplate(text) && types.length > 0 && !types.includes("string")) reading.fault(t("forms.notJson"));
  return text;
}

function readList(raw: unknown, part: JsonObject): unknown {
  const lines = [raw]
    .flat()
    .flatMap((text) => String(text).split(/\r?\n/))
    .map((line) => line.trim())
    .filter(Boolean);
  const [only] = lines;
  if (only === undefined) return undefined;
  if (lines.length === 1 && (typesOf(part).includes("string") || /^\{\{[^{}]*\}\}$/.test(only))) return only;
  const types = isObject(part["items"]) ? typesOf(part["items"]) : [];
  const numbers = types.includes("number") || types.includes("integer");
  return lines.map((line) => (numbers && Number.isFinite(Number(line)) ? Number(line) : line));
}

function readRecord(raw: JsonObject): unknown {
  const id = String(raw["id"] ?? "").trim();
  const object = String(raw["object"] ?? "").trim();
  if (!id) return undefined;
  return object ? { object, id } : id;
}

/** `fields` null: the values are of no known type, and are what they look like. */
function readPairs(raw: JsonObject, fields: Field[] | null): JsonObject {
  const rows = Array.isArray(raw["rows"]) ? raw["rows"] : [];
  const values: JsonObject = {};
  for (const row of rows) {
    const key = isObject(row) ? String(row["field"] ?? "").trim() : "";
    if (!key || !isObject(row) || key === "__proto__") continue;
    const text = String(row["value"] ?? "");
    const field = fields?.find(({ name }) => name === key);
    values[key] = fields ? typedValue(text.replace(/\r\n/g, "\n"), field) : looseValue(text);
  }
  return values;
}
