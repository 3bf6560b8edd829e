import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { invalid, messageOf } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { typesInWords } from "../shared/type-words.js";

/** Checks what a person filled in by the task's form. 422 naming each field at fault. */
export function checkForm(form: JsonObject | null, values: JsonObject): void {
  if (!form) return;
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  (formats as unknown as typeof formats.default)(ajv);
  let errors: ErrorObject[];
  try {
    errors = ajv.validate(form, values) ? [] : (ajv.errors ?? []);
  } catch (error) {
    throw invalid([{ path: "values", message: `The form itself is broken: ${messageOf(error)}` }]);
  }
  if (errors.length > 0)
    throw invalid(
      errors.map((error) => ({
        path: pathOf(error),
        message: inWords(error),
      })),
    );
}

function inWords({ keyword, params, message = "is wrong" }: ErrorObject): string {
  const { type, allowedValues } = params as { type?: unknown; allowedValues?: unknown[] };
  if (keyword === "required") return "This is required.";
  if (keyword === "type") return `This must be ${typesInWords(type)}.`;
  if (keyword === "enum") return `This must be one of ${(allowedValues ?? []).join(", ")}.`;
  return `This ${message}.`;
}

function pathOf({ instancePath, keyword, params }: ErrorObject): string {
  const missing = keyword === "required" ? [String((params as { missingProperty?: string }).missingProperty)] : [];
  return ["values", ...instancePath.split("/").slice(1), ...missing].join(".");
}
