import { checkConditions } from "../rules/index.js";
import type { FieldError } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { didYouMean } from "../shared/nearest.js";
import { secretMisuses, usesSecrets } from "../templates/index.js";
import type { ActionKind } from "./action.js";
import { writtenErrors } from "./config-schema.js";
import type { ActionTable } from "./room.js";
import { hintedParts, maySendSecrets } from "./secret-names.js";

/**
 * What is wrong with a step's config as written, before any run: unknown and missing settings, wrong types where no
 * template stands, malformed conditions, secrets where none may be. One complaint a place; paths are relative to the
 * config, and an unknown kind has the path "".
 */
export function checkConfig(table: ActionTable, kind: string, config: JsonObject): FieldError[] {
  const action = table.get(kind);
  if (!action) return [{ path: "", message: `There is no step kind "${kind}".${didYouMean(kind, [...table.keys()])}` }];
  const errors = [
    ...writtenErrors(action.config, config),
    ...(action.check?.(config) ?? []),
    ...malformedConditions(action, config),
    ...(maySendSecrets(action) ? secretMisuses(config) : misplacedSecrets(action, templatesIn(table, kind, config))),
  ];
  return errors.filter((error, place) => errors.findIndex((other) => other.path === error.path) === place);
}

/** The ways out of a step, its `error` included; none for an unknown kind and for one that ends the run. */
export function portsOf(table: ActionTable, kind: string, config: JsonObject): string[] {
  const action = table.get(kind);
  const ports = typeof action?.ports === "function" ? action.ports(config) : [...(action?.ports ?? [])];
  return ports.length === 0 || ports.includes("error") ? ports : [...ports, "error"];
}

/** A config with nothing in it but what is rendered: what to look through for the names its templates use. */
export function templatesIn(table: ActionTable, kind: string, config: JsonObject): JsonObject {
  const { raw = [], operands } = table.get(kind) ?? {};
  const rendered = Object.entries(config).filter(([member]) => !raw.includes(member));
  return { ...Object.fromEntries(rendered), ...operands?.(config) };
}

/** Their shape only: which fields there are is known to whoever knows the document. */
function malformedConditions(action: ActionKind, config: JsonObject): FieldError[] {
  return hintedParts(config, action.config, "conditions").flatMap(({ path, value }) =>
    isObject(value) ? checkConditions(value, { path }) : [],
  );
}

/** Secrets are for what leaves the process: in a record or a note they would be there for all to read. */
function misplacedSecrets(action: ActionKind, config: JsonObject): FieldError[] {
  const message =
    action.effect === "outside"
      ? `"${action.title}" asks a model, and what a model is told may come back in any answer: no secrets here.`
      : `Secrets can be used only in steps that reach outside, and "${action.title}" does not.`;
  const members = Object.keys(config).filter((member) => usesSecrets(config[member]));
  return members.map((path) => ({ path, message }));
}
