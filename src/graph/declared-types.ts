import { isObject } from "../shared/json.js";
import type { Document } from "./document.js";

/** What a value that a document declares is compared as. */
export type DeclaredType = "text" | "number" | "boolean" | "date" | "datetime" | "json";

const byFormat: Record<string, DeclaredType> = { date: "date", "date-time": "datetime" };
const byType: Record<string, DeclaredType> = {
  string: "text",
  number: "number",
  integer: "number",
  boolean: "boolean",
  object: "json",
  array: "json",
};

/**
 * The types a document declares: of its inputs by their schema, of its variables by what they begin with. Undefined for
 * anything else, which compares as it is.
 */
export function declaredTypes({ inputs, variables }: Pick<Document, "inputs" | "variables">) {
  const properties = isObject(inputs) && isObject(inputs["properties"]) ? inputs["properties"] : {};
  return (fact: string, path: string): DeclaredType | undefined => {
    if (fact === "inputs") return Object.hasOwn(properties, path) ? typeOf(properties[path]) : undefined;
    const start = fact === "vars" && Object.hasOwn(variables ?? {}, path) ? variables?.[path] : undefined;
    return typeof start === "number" || typeof start === "boolean" ? byType[typeof start] : undefined;
  };
}

function typeOf(schema: unknown): DeclaredType | undefined {
  if (!isObject(schema)) return undefined;
  const { type, format } = schema;
  const named = (Array.isArray(type) ? type.filter((one) => one !== "null") : [type]).map(String);
  if (named.length !== 1) return undefined;
  const [only = ""] = named;
  const formatted = only === "string" && typeof format === "string" && Object.hasOwn(byFormat, format);
  if (formatted) return byFormat[String(format)];
  return Object.hasOwn(byType, only) ? byType[only] : undefined;
}
