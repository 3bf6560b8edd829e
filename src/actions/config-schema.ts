import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { FieldError } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { fieldErrors, formats } from "./schema-errors.js";

const template = "\\{\\{|\\{%";

function compiler(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    coerceTypes,
    allowUnionTypes: true,
    strictRequired: false,
    strictTypes: false,
  });
  ajv.addVocabulary(["x-hint"]);
  addFormats.default(ajv);
  for (const [name, { validate }] of Object.entries(formats)) ajv.addFormat(name, validate);
  return ajv;
}

const exact = compiler(false);
const coercing = compiler(true);

/** Compiles a schema, so that a host hears of a broken one when it registers it. Throws what Ajv throws. */
export function compileSchema(schema: JsonObject): void {
  compiled(schema, exact, exactChecks, schema);
}

/** What is wrong with a config as written: wherever a template stands, its value may still become anything. */
export function writtenErrors(schema: JsonObject, config: JsonObject): FieldError[] {
  return errorsOf(compiled(schema, exact, writtenChecks, withTemplates(schema)), config);
}

/**
 * A rendered config as its schema asks for it, and what is wrong with it. What a template came to is turned into the
 * type asked for where that is plain (a number in a text, `"5"` as a limit), in a copy: values may belong to the facts.
 */
export function conform(schema: JsonObject, config: JsonObject): { config: JsonObject; errors: FieldError[] } {
  if (compiled(schema, exact, exactChecks, schema)(config)) return { config, errors: [] };
  const copy = structuredClone(config);
  return { config: copy, errors: errorsOf(compiled(schema, coercing, coercingChecks, schema), copy) };
}

type Checks = WeakMap<JsonObject, ValidateFunction>;
const exactChecks: Checks = new WeakMap();
const coercingChecks: Checks = new WeakMap();
const writtenChecks: Checks = new WeakMap();

function compiled(key: JsonObject, ajv: Ajv, checks: Checks, schema: JsonObject): ValidateFunction {
  const known = checks.get(key);
  if (known) return known;
  const made = ajv.compile(schema);
  checks.set(key, made);
  return made;
}

/** The schema in which every place below the top also takes a text with a template in it. */
function withTemplates(schema: JsonObject): JsonObject {
  const lenient = (inner: unknown): unknown =>
    isObject(inner) ? { if: { type: "string", pattern: template }, else: withTemplates(inner) } : inner;
  const inEach = (inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).map(([name, part]) => [name, lenient(part)])) : inner;
  const relaxed: JsonObject = { ...schema };
  for (const keyword of ["items", "additionalProperties"])
    if (keyword in schema) relaxed[keyword] = lenient(schema[keyword]);
  for (const keyword of ["properties", "patternProperties"])
    if (keyword in schema) relaxed[keyword] = inEach(schema[keyword]);
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const parts = schema[keyword];
    if (Array.isArray(parts))
      relaxed[keyword] = parts.map((part: unknown) => (isObject(part) ? withTemplates(part) : part));
  }
  return relaxed;
}

function errorsOf(validate: ValidateFunction, config: JsonObject): FieldError[] {
  return validate(config) ? [] : fieldErrors(validate.errors ?? []);
}
