import { isObject, type JsonObject, readPath } from "../../shared/json.js";

/** Deeper schemas, and those that name themselves, end in null. */
const MAX_DEPTH = 12;

/** Texts of a form, for schemas that ask for one. */
const texts: Record<string, string> = {
  "date-time": "2026-01-01T00:00:00.000Z",
  date: "2026-01-01",
  time: "09:00:00Z",
  email: "someone@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** A small value of the shape a JSON Schema asks for, with every member it names, so that later steps find them all. */
export function sampleOf(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return schema === true ? "…" : null;
  if ("const" in schema) return schema["const"];
  if ("default" in schema) return schema["default"];
  for (const list of [schema["enum"], schema["examples"]]) if (Array.isArray(list) && list.length > 0) return list[0];
  const { $ref: reference, allOf, anyOf, oneOf } = schema;
  if (typeof reference === "string") return sampleOf(referred(root, reference), root, depth + 1);
  if (Array.isArray(allOf)) return sampleOf(merged([{ ...schema, allOf: undefined }, ...allOf]), root, depth + 1);
  const choices = Array.isArray(anyOf) ? anyOf : oneOf;
  if (Array.isArray(choices))
    return sampleOf(merged([{ ...schema, anyOf: undefined, oneOf: undefined }, choices[0]]), root, depth + 1);
  return plain(schema, root, depth);
}

function plain(schema: JsonObject, root: unknown, depth: number): unknown {
  const { properties, items } = schema;
  const type = Array.isArray(schema["type"]) ? schema["type"].find((one) => one !== "null") : schema["type"];
  const count = (name: string, otherwise: number) => (typeof schema[name] === "number" ? schema[name] : otherwise);
  if (type === "object" || (type === undefined && isObject(properties))) {
    const named = isObject(properties) ? Object.entries(properties) : [];
    return Object.fromEntries(named.map(([name, part]) => [name, sampleOf(part, root, depth + 1)]));
  }
  if (type === "array" || (type === undefined && items !== undefined)) {
    const length = Math.min(Math.max(count("minItems", 1), 1), count("maxItems", 10), 10);
    return Array.from({ length }, () => sampleOf(items ?? true, root, depth + 1));
  }
  if (type === "integer" || type === "number") return count("minimum", 0) || count("exclusiveMinimum", -1) + 1;
  if (type === "boolean") return false;
  if (type === "null") return null;
  const text = texts[String(schema["format"])] ?? "…";
  return text.padEnd(Math.min(count("minLength", 1), 1000), "…");
}

function merged(parts: unknown[]): JsonObject {
  const objects = parts.filter(isObject);
  const properties = objects.flatMap((part) =>
    isObject(part["properties"]) ? Object.entries(part["properties"]) : [],
  );
  const defined = objects.flatMap((part) => Object.entries(part)).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(defined),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
  };
}

/** `#/$defs/person`; other documents are not asked. */
function referred(root: unknown, reference: string): unknown {
  if (!reference.startsWith("#/")) return null;
  return readPath(root, reference.slice(2).replaceAll("/", "."));
}
