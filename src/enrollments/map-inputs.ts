import { Ajv, type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import type { Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import type { Engine } from "../runs/index.js";
import { type FieldError, messageOf } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { createScope, resolveGuarded } from "../templates/index.js";
import type { Entry } from "./admit.js";
import type { Verdict } from "./consider.js";

const ajv = new Ajv({ allErrors: true, strict: false, useDefaults: true });
(addFormats as unknown as (to: Ajv) => void)(ajv);

/** Fills the declared inputs from the trigger's mapping; inputs that do not fit their schema refuse the start. */
export async function mapInputs(
  _engine: Engine,
  meeting: { event: Event; verdict: Verdict; entry: Entry },
  _tx: Tx,
): Promise<void> {
  const { verdict, entry } = meeting;
  const mapping = verdict.trigger?.inputs;
  try {
    const timezone = entry.active.document.timezone ?? entry.workspace.timezone;
    const mapped = mapping
      ? ((await resolveGuarded(mapping, createScope({ ...verdict.facts, timezone }))) as JsonObject)
      : {};
    verdict.facts.inputs = { ...verdict.facts.inputs, ...mapped };
  } catch (error) {
    entry.refused = { code: "inputs", message: `The inputs could not be filled from this event: ${messageOf(error)}` };
    return;
  }
  const errors = checkInputs(entry.active.document.inputs, verdict.facts.inputs ?? {});
  if (errors.length > 0) {
    entry.refused = {
      code: "inputs",
      message: `The inputs do not fit: ${errors[0]?.path} ${errors[0]?.message}`,
      details: { errors },
    };
  }
}

/** What is wrong with inputs by their declared JSON Schema, each with its path; defaults are filled in. */
export function checkInputs(schema: JsonObject | undefined, inputs: JsonObject): FieldError[] {
  if (!schema || Object.keys(schema).length === 0) return [];
  const fits = ajv.compile(schema);
  if (fits(inputs)) return [];
  return (fits.errors ?? []).map((error: ErrorObject) => ({
    path: `inputs${error.instancePath.replaceAll("/", ".")}${error.keyword === "required" ? `.${String(error.params["missingProperty"])}` : ""}`,
    message: error.keyword === "required" ? "This input is required." : (error.message ?? "is not valid"),
  }));
}
