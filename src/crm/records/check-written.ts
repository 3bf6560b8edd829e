import type { FieldError } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import type { Host } from "../host.js";
import { knownObject } from "../objects/schema.js";
import { checkStage, checkValues } from "../values/check-values.js";
import { checkReferences } from "./check-references.js";

/**
 * What is wrong with values that somebody wrote down to be written later, as `<field>` paths: unknown and read-only
 * fields, types, formats, options, stages, people and records that are not there and, `creating`, required fields left
 * out. `later` are the fields whose values are only known then; they pass. 404 for an unknown object.
 */
export async function checkWritten(
  host: Host,
  workspaceId: string,
  object: string,
  values: JsonObject,
  { creating, later }: { creating: boolean; later: ReadonlySet<string> },
): Promise<FieldError[]> {
  const known = await knownObject(host, workspaceId, object);
  const constants = Object.fromEntries(Object.entries(values).filter(([name]) => !later.has(name)));
  const { values: checked, errors } = checkValues(known, constants, creating, "");
  const written = Object.fromEntries(Object.entries(checked).filter(([name]) => Object.hasOwn(constants, name)));
  // Which pipeline it will be is known only when neither of the two is made later.
  const staged = creating || "pipeline" in written ? checkStage(known, null, { ...written }, "") : [];
  const references = await checkReferences(host, workspaceId, known, [{ values: written, path: "" }]);
  return [...errors, ...(later.has("stage") || later.has("pipeline") ? [] : staged), ...references]
    .map(({ path, message }) => ({ path: path.replace(/^\./, ""), message }))
    .filter(({ path }) => !later.has(path));
}
