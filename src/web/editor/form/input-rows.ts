import type { FieldError } from "../../../shared/errors.js";
import { canonicalJson, isObject, type JsonObject } from "../../../shared/json.js";
import { idOf } from "../../pages/forms/field-id.js";

/** One declared input as a row of the form. `from` is the name it was drawn with; `choices` are joined by commas. */
export type InputRow = {
  name: string;
  anchor: string;
  number: number;
  from: string;
  key: string;
  title: string;
  type: InputType;
  choices: string;
  required: boolean;
  problems: FieldError[];
};

/** The types an input may be given; `other` is a schema written elsewhere, which stays as it is. */
export const inputTypes = [
  "text",
  "number",
  "boolean",
  "date",
  "datetime",
  "email",
  "list",
  "choice",
  "other",
] as const;
export type InputType = (typeof inputTypes)[number];

const schemas: Record<Exclude<InputType, "other" | "choice">, JsonObject> = {
  text: { type: "string" },
  number: { type: "number" },
  boolean: { type: "boolean" },
  date: { type: "string", format: "date" },
  datetime: { type: "string", format: "date-time" },
  email: { type: "string", format: "email" },
  list: { type: "array", items: { type: "string" } },
};

/** The declared inputs as rows, and an empty one to fill in. */
export function inputRows(inputs: JsonObject | undefined, name: string, problems: FieldError[] = []): InputRow[] {
  const properties = isObject(inputs?.["properties"]) ? inputs["properties"] : {};
  const required = Array.isArray(inputs?.["required"]) ? inputs["required"] : [];
  const rows = Object.entries(properties).map(([key, part]) => {
    const schema = isObject(part) ? part : {};
    const type = typeOf(schema);
    return {
      from: key,
      key,
      title: typeof schema["title"] === "string" ? schema["title"] : "",
      type,
      choices: type === "choice" && Array.isArray(schema["enum"]) ? schema["enum"].join(", ") : "",
      required: required.includes(key),
      problems: problems.filter(({ path }) => path.startsWith(`inputs.properties.${key}`)),
    };
  });
  const empty = { from: "", key: "", title: "", type: "text" as const, choices: "", required: false, problems: [] };
  return [...rows, empty].map((row, at) => {
    const own = `${name}[${at}]`;
    return { ...row, name: own, anchor: idOf(own), number: at + 1 };
  });
}

/** What a browser sends for a row nobody touched. */
export function untouchedInput({ from, key, title, type, choices, required }: InputRow): JsonObject {
  return { from, name: key, title, type, choices, ...(required ? { required: "true" } : {}) };
}

/** The rows of a form as a JSON Schema, over the one they were drawn from. Rows without name and title are left out. */
export function readInputRows(raw: unknown, was: JsonObject | undefined): JsonObject | undefined {
  if (raw === undefined) return was;
  const sent = [raw].flat().filter(isObject);
  const drawn = inputRows(was, "x").map(untouchedInput);
  if (canonicalJson(sent) === canonicalJson(drawn)) return was;
  const old = isObject(was?.["properties"]) ? was["properties"] : {};
  const properties: JsonObject = {};
  const required: string[] = [];
  for (const row of sent) {
    const name = nameOf(row);
    if (name === "" || name === "__proto__") continue;
    const before = Object.hasOwn(old, String(row["from"])) ? old[String(row["from"])] : undefined;
    properties[name] = schemaOf(row, isObject(before) ? before : {});
    if (row["required"] === "true") required.push(name);
  }
  if (Object.keys(properties).length === 0 && was === undefined) return undefined;
  return { type: "object", ...was, properties, required };
}

/** The name typed, or one made from the title: `Why did we lose it?` becomes `whyDidWeLoseIt`. */
function nameOf(row: JsonObject): string {
  const typed = String(row["name"] ?? "").trim();
  if (typed) return typed.replace(/[^\w]+/g, "_");
  const words = String(row["title"] ?? "")
    .normalize("NFKD")
    .replace(/[^\w\s]/g, "")
    .trim()
    .split(/[\s_]+/)
    .filter(Boolean);
  const name = words
    .slice(0, 5)
    .map((word, at) => (at === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()))
    .join("");
  return /^\d/.test(name) ? `input${name}` : name;
}

function schemaOf(row: JsonObject, before: JsonObject): JsonObject {
  const type = inputTypes.find((one) => one === row["type"]) ?? "text";
  const title = String(row["title"] ?? "").trim();
  const { title: _, ...rest } = before;
  const kept = type === typeOf(before) || type === "other" ? rest : keptOf(rest);
  const shape = type === "other" || (type === typeOf(before) && type !== "choice") ? {} : shapeOf(type, row);
  return { ...kept, ...shape, ...(title && { title }) };
}

function shapeOf(type: Exclude<InputType, "other">, row: JsonObject): JsonObject {
  if (type !== "choice") return schemas[type];
  const choices = String(row["choices"] ?? "")
    .split(",")
    .map((choice) => choice.trim())
    .filter(Boolean);
  return { type: "string", enum: choices };
}

/** What says something about an input whatever its type. */
function keptOf(schema: JsonObject): JsonObject {
  const { description } = schema;
  return description === undefined ? {} : { description };
}

function typeOf(schema: JsonObject): InputType {
  if (Array.isArray(schema["enum"]))
    return schema["enum"].every((one) => typeof one === "string" && !/[,\n]/.test(one)) ? "choice" : "other";
  const { type, format } = schema;
  const plain = Object.entries(schemas).find(([, known]) => known["type"] === type && known["format"] === format);
  if (type === "array") return isObject(schema["items"]) && schema["items"]["type"] === "string" ? "list" : "other";
  return (plain?.[0] as InputType | undefined) ?? (type === "integer" ? "number" : "other");
}
