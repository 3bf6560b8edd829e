import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";
import { messageOf } from "../../shared/errors.js";
import { canonicalJson, type JsonObject } from "../../shared/json.js";

/** Patterns run on an engine that never backtracks, so that no answer can stall the process through one. */
function linearPattern(pattern: string): { test(text: string): boolean } {
  const compiled = RE2JS.compile(pattern);
  return { test: (text) => compiled.matcher(text).find() };
}
linearPattern.code = "linearPattern";

const ajv = new Ajv({ strict: false, code: { regExp: linearPattern } });
addFormats.default(ajv);
// The library compares every pair of objects; an answer may hold many.
ajv.removeKeyword("uniqueItems");
ajv.addKeyword({
  keyword: "uniqueItems",
  type: "array",
  validate: (unique: boolean, items: unknown[]) => !unique || new Set(items.map(canonicalJson)).size === items.length,
});

const checks = new LRUCache<string, ValidateFunction>({
  max: 200,
  dispose: (check) => void ajv.removeSchema(check.schema),
});

/** Why a JSON Schema cannot be used, or null. References to other documents are not followed. */
export function schemaFault(schema: JsonObject): string | null {
  try {
    checkOf(schema);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Where a body is not what the schema expects: at most ten places, in words. Throws what `schemaFault` tells. */
export function bodyFaults(schema: JsonObject, body: unknown): { path: string; message: string }[] {
  const check = checkOf(schema);
  if (check(body)) return [];
  return (check.errors ?? []).slice(0, 10).map(({ instancePath, message = "is not as expected" }: ErrorObject) => ({
    path: `body${instancePath.replaceAll("/", ".")}`,
    message,
  }));
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
