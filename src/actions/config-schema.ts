import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { isDuration } from "../shared/duration.js";
import type { FieldError } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { didYouMean } from "../shared/nearest.js";

/** What a text must look like, and how to say so. */
const formats: Record<string, { validate: (text: string) => boolean; like: string }> = {
  duration: { validate: isDuration, like: "a duration such as 90s, 15m, 2h, 3d, 2w or PT36H" },
  offset: {
    validate: (text) => isDuration(text.replace(/^[+-]/, "")),
    like: "a duration with a sign, such as -3d or +2h",
  },
  "time-of-day": {
    validate: (text) => /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text),
    like: "a time of day such as 09:00",
  },
};

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
  if (validate(config)) return [];
  const errors = (validate.errors ?? []).filter((error) => error.keyword !== "if" && error.keyword !== "propertyNames");
  const told = new Map<string, FieldError>();
  for (const error of withoutOtherBranches(errors)) {
    const path = pathOf(error);
    if (!told.has(path)) told.set(path, { path, message: messageFor(error) });
  }
  return [...told.values()];
}

/** Of an `anyOf`, only the branch somebody meant: the one that got furthest into the value; else that none fits. */
function withoutOtherBranches(errors: ErrorObject[]): ErrorObject[] {
  const choices = errors.filter((error) => error.keyword === "anyOf" || error.keyword === "oneOf");
  return errors.filter((error) => {
    const choice = choices.find((other) => other !== error && error.schemaPath.startsWith(`${other.schemaPath}/`));
    if (choice) return error.instancePath.length > choice.instancePath.length || error.keyword === "required";
    const inside = errors.filter((other) => other !== error && other.schemaPath.startsWith(`${error.schemaPath}/`));
    return !choices.includes(error) || !inside.some((other) => other.instancePath.length > error.instancePath.length);
  });
}

function pathOf({ instancePath, keyword, params, propertyName }: ErrorObject): string {
  const parts = instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const more = { required: params["missingProperty"], additionalProperties: params["additionalProperty"] }[keyword] as
    | string
    | undefined;
  if (more ?? propertyName) parts.push(more ?? propertyName ?? "");
  return parts.reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path ? `${path}.${part}` : part), "");
}

const messages: Record<string, (error: ErrorObject) => string> = {
  required: () => "It is required.",
  additionalProperties: ({ params, parentSchema }) =>
    `There is no such setting.${didYouMean(String(params["additionalProperty"]), Object.keys((parentSchema?.["properties"] as object | undefined) ?? {}))}`,
  type: ({ params }) => `It must be ${[params["type"]].flat().map(typeInWords).join(" or ")}.`,
  enum: ({ params }) => `It must be one of ${(params["allowedValues"] as unknown[]).join(", ")}.`,
  anyOf: ({ parentSchema }) => optionsOf(parentSchema?.["anyOf"]),
  minLength: ({ params }) =>
    params["limit"] === 1 ? "It must not be empty." : `It must have at least ${params["limit"]} characters.`,
  maxLength: ({ params }) => `It must have at most ${params["limit"]} characters.`,
  minimum: ({ params }) => `It must be at least ${params["limit"]}.`,
  maximum: ({ params }) => `It must be at most ${params["limit"]}.`,
  minItems: ({ params }) =>
    params["limit"] === 1 ? "It must not be empty." : `It needs at least ${params["limit"]} entries.`,
  minProperties: () => "It must not be empty.",
  maxProperties: ({ params }) =>
    params["limit"] === 1 ? "Choose only one." : `It may have at most ${params["limit"]} members.`,
  format: ({ params }) => `It must be ${formats[String(params["format"])]?.like ?? `a valid ${params["format"]}`}.`,
  pattern: ({ propertyName }) => (propertyName ? "Use a name of letters, digits and _." : "It has not the right form."),
};

function messageFor(error: ErrorObject): string {
  return messages[error.keyword]?.(error) ?? `It ${error.message ?? "is not valid"}.`;
}

function typeInWords(type: unknown): string {
  const words: Record<string, string> = {
    string: "text",
    object: "an object",
    array: "a list",
    integer: "a whole number",
    boolean: "true or false",
  };
  return words[String(type)] ?? `a ${type}`;
}

/** What the branches of a choice take, for a value that none of them takes. */
function optionsOf(branches: unknown): string {
  const named = (Array.isArray(branches) ? branches : []).flatMap((branch: JsonObject) =>
    Array.isArray(branch["enum"])
      ? [`one of ${branch["enum"].join(", ")}`]
      : branch["type"]
        ? [[branch["type"]].flat().map(typeInWords).join(" or ")]
        : [],
  );
  return named.length > 0 ? `It must be ${named.join(", or ")}.` : "It has none of the forms it may have.";
}
