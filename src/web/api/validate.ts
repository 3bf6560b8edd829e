import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { type FieldError, invalid } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import { typesInWords } from "../../shared/type-words.js";

/** Checks one part of a request, in place; 422 naming each place at fault. */
export type Check = (value: unknown) => void;

/**
 * Makes checks from schemas of the OpenAPI document, which may refer to its components. A check is compiled at its first
 * use. With `texts` the values are the texts of a query: they become numbers and booleans where the schema says so, and
 * defaults are filled in.
 */
export function createChecks(document: JsonObject): (schema: JsonObject, texts?: boolean) => Check {
  const options = { allErrors: true, strict: false, validateSchema: false, verbose: true } as const;
  const bodies = new Ajv2020(options);
  const queries = new Ajv2020({ ...options, coerceTypes: true, useDefaults: true });
  for (const ajv of [bodies, queries]) {
    (formats as unknown as typeof formats.default)(ajv);
    ajv.addSchema(document, "api");
  }
  return (schema, texts = false) => {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/')) as JsonObject;
    let validate: ValidateFunction | undefined;
    return (value) => {
      validate ??= (texts ? queries : bodies).compile(absolute);
      if (!validate(value)) throw invalid((validate.errors ?? []).slice(0, 50).map(toFieldError));
    };
  };
}

/** The error in the words and paths people use (`steps[2].key`). */
function toFieldError(error: ErrorObject): FieldError {
  const here = error.instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"));
  const at = (parts: string[]) =>
    parts.map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
  const params = error.params as Record<string, unknown>;
  if (error.keyword === "required")
    return { path: at([...here, String(params["missingProperty"])]), message: "This is required." };
  if (error.keyword === "additionalProperties") {
    const name = String(params["additionalProperty"]);
    const known = Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
    return { path: at([...here, name]), message: `There is no "${name}" here.${didYouMean(name, known)}` };
  }
  if (error.keyword === "enum")
    return { path: at(here), message: `This must be one of ${(params["allowedValues"] as unknown[]).join(", ")}.` };
  if (error.keyword === "type") return { path: at(here), message: `This must be ${typesInWords(params["type"])}.` };
  return { path: at(here), message: `This ${error.message ?? "is not valid"}.` };
}
