import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";
import { type FieldError, messageOf } from "../../shared/errors.js";
import { canonicalJson, type JsonObject } from "../../shared/json.js";
import { typesInWords } from "../../shared/type-words.js";

/** Patterns run on an engine that never backtracks, so that no input can stall the process through one. */
function linearPattern(pattern: string): { test(text: string): boolean } {
  const compiled = RE2JS.compile(pattern);
  return { test: (text) => compiled.matcher(text).find() };
}
linearPattern.code = "linearPattern";

const ajv = new Ajv({ allErrors: true, strict: false, useDefaults: true, code: { regExp: linearPattern } });
addFormats.default(ajv);

const checks = new LRUCache<string, ValidateFunction>({
  max: 500,
  dispose: (check) => void ajv.removeSchema(check.schema),
});

/** Why the declared inputs are not a JSON Schema that can be used, or null. References to other documents are not followed. */
export function inputsFault(schema: JsonObject | undefined): string | null {
  try {
    checkOf(schema ?? {});
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** What is wrong with inputs by their declared JSON Schema, each with its path; defaults are filled in. */
export function checkInputs(schema: JsonObject | undefined, inputs: JsonObject): FieldError[] {
  if (!schema || Object.keys(schema).length === 0) return [];
  const fault = inputsFault(schema);
  if (fault)
    return [{ path: "inputs", message: `The declared inputs are not a JSON Schema that can be used: ${fault}` }];
  const fits = checkOf(schema);
  if (fits(inputs)) return [];
  return (fits.errors ?? []).map((error: ErrorObject) =>
    error.keyword === "required"
      ? { path: `${pathOf(error)}.${String(error.params["missingProperty"])}`, message: "This input is required." }
      : { path: pathOf(error), message: inWords(error) },
  );
}

/** `/lines/0/sku` as `inputs.lines[0].sku`. */
function pathOf({ instancePath }: ErrorObject): string {
  return `inputs${instancePath.replace(/\/(\d+)(?=\/|$)/g, "[$1]").replaceAll("/", ".")}`;
}

function inWords({ keyword, params, message = "is not valid" }: ErrorObject): string {
  if (keyword === "enum") return `It must be one of ${(params["allowedValues"] as unknown[]).join(", ")}.`;
  if (keyword === "additionalProperties") return `There is no input "${String(params["additionalProperty"])}".`;
  if (keyword === "type") return `It must be ${typesInWords(params["type"])}.`;
  return `It ${message}.`;
}

function checkOf(schema: JsonObject): ValidateFunction {
  const { $id: _id, $schema: _dialect, ...plain } = schema;
  const key = canonicalJson(plain);
  const known = checks.get(key);
  if (known) return known;
  const check = ajv.compile(plain);
  checks.set(key, check);
  return check;
}
