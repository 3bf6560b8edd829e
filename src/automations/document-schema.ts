import { Ajv2020 as Ajv, type ErrorObject } from "ajv/dist/2020.js";
import type { FieldError } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { didYouMean } from "../shared/nearest.js";
import { kindInWords, typesInWords } from "../shared/type-words.js";

const duration = {
  type: "string",
  pattern:
    "^(\\d{1,9}\\s*[smhdw]|P(?!$)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?)$",
  maxLength: 40,
};
const key = { type: "string", pattern: "^[a-z][a-z0-9_]{0,63}$" };
const tree = { type: "object" };

const errorPolicy = {
  type: "object",
  required: ["policy"],
  additionalProperties: false,
  properties: {
    policy: { enum: ["stop", "continue", "retry"] },
    attempts: { type: "integer", minimum: 1, maximum: 20 },
    delay: duration,
    factor: { type: "number", minimum: 1, maximum: 10 },
    maxDelay: duration,
    jitter: { type: "boolean" },
    on: { enum: ["all", "transient"] },
    then: { enum: ["stop", "continue"] },
  },
};

const step = {
  type: "object",
  required: ["key", "kind"],
  additionalProperties: false,
  properties: {
    key,
    kind: { type: "string", minLength: 1, maxLength: 64 },
    name: { type: "string", maxLength: 190 },
    config: { type: "object" },
    next: { type: "object", additionalProperties: { type: "string" } },
    onError: errorPolicy,
    delivery: { enum: ["atLeastOnce", "atMostOnce"] },
    timeout: duration,
    note: { type: "string", maxLength: 4000 },
    disabled: { type: "boolean" },
  },
};

const trigger = {
  type: "object",
  required: ["key", "kind"],
  properties: { key, kind: { type: "string", minLength: 1, maxLength: 64 }, when: tree, inputs: { type: "object" } },
};

const enrollment = {
  type: "object",
  additionalProperties: false,
  properties: {
    reenter: {
      anyOf: [
        { enum: ["always", "once", "afterFinish"] },
        {
          type: "object",
          required: ["per"],
          additionalProperties: false,
          properties: { per: { enum: ["day", "week", "month"] } },
        },
      ],
    },
    concurrency: { enum: ["parallel", "queue", "drop", "replace"] },
    exitWhen: tree,
    unless: tree,
    allowSelf: { type: "integer", minimum: 0, maximum: 16 },
  },
};

/** The JSON Schema of a definition document: what `/api/schema/document.json` publishes. */
export const documentSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Millrace definition document",
  type: "object",
  required: ["steps"],
  additionalProperties: false,
  properties: {
    object: { type: ["string", "null"], maxLength: 64 },
    triggers: { type: "array", maxItems: 20, items: trigger },
    conditions: tree,
    inputs: { type: "object" },
    variables: { type: "object" },
    steps: { type: "array", maxItems: 500, items: step },
    outputs: { type: "object" },
    onError: errorPolicy,
    limits: {
      type: "object",
      additionalProperties: false,
      properties: { runsPerMonth: { type: "integer", minimum: 0 }, perMinute: { type: "integer", minimum: 1 } },
    },
    enrollment,
    secrets: { type: "array", items: { type: "string" } },
    timezone: { type: "string", maxLength: 64 },
    timeout: duration,
    layout: {
      type: "object",
      additionalProperties: { type: "object", properties: { x: { type: "number" }, y: { type: "number" } } },
    },
  },
} as const;

const matches = new Ajv({ allErrors: true, strict: false, verbose: true }).compile(documentSchema);

/** Every place where a value does not have a document's shape, each with what would be right. */
export function checkShape(document: unknown, root: string): FieldError[] {
  if (matches(document)) return [];
  return (matches.errors ?? [])
    .filter((error) => error.keyword !== "anyOf")
    .slice(0, 50)
    .map((error) => ({ path: pathOf(root, error), message: wording(error) }));
}

function pathOf(root: string, error: ErrorObject): string {
  const parts = error.instancePath.split("/").slice(1);
  const place = parts.reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : `${path}.${part}`), root);
  if (error.keyword === "additionalProperties") return `${place}.${String(error.params["additionalProperty"])}`;
  if (error.keyword === "required") return `${place}.${String(error.params["missingProperty"])}`;
  return place;
}

function wording(error: ErrorObject): string {
  const params = error.params as JsonObject;
  switch (error.keyword) {
    case "additionalProperties": {
      const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
      return `"${String(params["additionalProperty"])}" is not a known member here.${didYouMean(String(params["additionalProperty"]), known)}`;
    }
    case "required":
      return `"${String(params["missingProperty"])}" is missing.`;
    case "type":
      return `This must be ${typesInWords(params["type"])}, not ${kindInWords(error.data)}.`;
    case "enum":
      return `${JSON.stringify(error.data)} is not allowed here; use one of ${(params["allowedValues"] as unknown[]).join(", ")}.`;
    case "pattern":
      return error.schemaPath.includes("/key/")
        ? `${JSON.stringify(error.data)} is not a valid key: lower-case letters, digits and _, beginning with a letter, at most 64.`
        : `${JSON.stringify(error.data)} is not a duration. Write it as 90s, 15m, 2h, 3d, 2w or PT36H.`;
    default:
      return `This ${error.message ?? "is not valid"}.`;
  }
}
