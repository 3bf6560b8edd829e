import type { Tx } from "../../db/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { didYouMean } from "../../shared/nearest.js";
import type { Host } from "../host.js";
import { checkValue } from "../objects/check-value.js";
import { needsZone } from "../objects/convert-value.js";
import type { Known } from "../objects/schema.js";
import type { Field } from "../record.js";
import { workspaceById } from "../workspace.js";

/** The values of one write, checked and normalised; `errors` name every field at fault under `path`. */
export type Checked = { values: JsonObject; errors: FieldError[] };

/**
 * Checks what a caller wants to write against the object's fields, purely: unknown and read-only fields, types, formats,
 * options, lengths. `creating` also asks for the required ones and fills defaults in. Whether a related record or user
 * exists is `check-references.ts`.
 */
export function checkValues(
  known: Known,
  input: unknown,
  creating: boolean,
  path = "values",
  zone: string | undefined = undefined,
): Checked {
  const values: JsonObject = {};
  const errors: FieldError[] = [];
  if (!isObject(input)) return { values, errors: [{ path, message: "Give an object with the values by field name." }] };
  for (const [name, given] of Object.entries(input)) {
    const at = `${path}.${name}`;
    const field = known.fields.get(name);
    if (!field) errors.push({ path: at, message: unknownField(known, name) });
    else if (field.readOnly) errors.push({ path: at, message: `${field.label} is read-only.` });
    else {
      const checked = checkValue(field, given, zone);
      if ("fault" in checked) errors.push({ path: at, message: checked.fault });
      else values[name] = checked.value;
    }
  }
  const faulty = new Set(errors.map((error) => error.path));
  for (const field of known.fields.values()) {
    const at = `${path}.${field.name}`;
    if (creating && !Object.hasOwn(values, field.name) && !faulty.has(at)) values[field.name] = initial(field);
    if (field.required && Object.hasOwn(values, field.name) && isBlank(values[field.name]) && !faulty.has(at)) {
      errors.push({ path: at, message: `${field.label} is required.` });
    }
  }
  return { values, errors };
}

/** The zone that values are to be read in: the one given, else the workspace's, which is looked up only if one needs it. */
export async function zoneFor(
  host: Host,
  workspaceId: string,
  known: Known,
  inputs: readonly unknown[],
  given: string | undefined,
  tx?: Tx,
): Promise<string | undefined> {
  if (given !== undefined) return given;
  const asks = inputs.some(
    (input) =>
      isObject(input) &&
      Object.entries(input).some(([name, value]) => {
        const field = known.fields.get(name);
        return field !== undefined && needsZone(field, value);
      }),
  );
  return asks ? (await workspaceById(host, workspaceId, tx))?.timezone : undefined;
}

/** The sentence for a field an object does not have. */
function unknownField(known: Known, name: string): string {
  return `${known.type.label} has no field "${name.slice(0, 80)}".${didYouMean(name.slice(0, 80), [...known.fields.keys()])}`;
}

/**
 * The stage a deal must be in to be in its pipeline: fills in the first pipeline and its first stage on a new one, and
 * answers what is wrong with the pair that would result.
 */
export function checkStage(known: Known, before: JsonObject | null, values: JsonObject, path = "values"): FieldError[] {
  if (!known.pipelines || (before && !("stage" in values) && !("pipeline" in values))) return [];
  const cleared = ["pipeline", "stage"].filter((name) => before && name in values && isBlank(values[name]));
  if (cleared.length > 0) {
    return cleared.map((name) => ({
      path: `${path}.${name}`,
      message: `${known.fields.get(name)?.label} cannot be empty.`,
    }));
  }
  const after = { ...before, ...values };
  const pipeline = known.pipelines.find(({ name }) => name === (after["pipeline"] ?? known.pipelines?.[0]?.name));
  if (!pipeline) return [];
  if (after["pipeline"] === null || after["pipeline"] === undefined) values["pipeline"] = pipeline.name;
  const stages = pipeline.stages.map((stage) => stage.name);
  const stage = after["stage"];
  if (stage === null || stage === undefined) values["stage"] = stages[0] ?? null;
  else if (!stages.includes(String(stage))) {
    const message = `"${stage}" is not a stage of the pipeline "${pipeline.name}".${didYouMean(String(stage), stages)}`;
    return [{ path: `${path}.stage`, message }];
  }
  return [];
}

function initial(field: Field): unknown {
  return field.default ?? (field.type === "multiSelect" ? [] : null);
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
