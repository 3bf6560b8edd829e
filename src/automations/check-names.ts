import type { Document, DocumentProblem, Readable, Step } from "../graph/index.js";
import { checkConditions } from "../rules/index.js";
import type { FieldError } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { nearest } from "../shared/nearest.js";
import { checkTemplate, type KnownNames } from "../templates/index.js";
import type { Context } from "./document-context.js";

/** Where in a document something stands, by what it may read there. */
export type Here = Readable & { step?: Step };

/** Before the first step. */
export const atStart: Here = { before: [], loops: [] };

/** What is wrong with a rule tree, by the fields, variables and steps there are. */
export function checkTree(
  { document, types, object }: Context,
  tree: unknown,
  path: string,
  here: Here = atStart,
): DocumentProblem[] {
  if (tree === undefined) return [];
  return errorsAt(
    "",
    checkConditions(tree, {
      path,
      record: object !== null,
      ...(types ? { fields: types } : {}),
      ...(object ? { fieldNames: object.fields.map(({ name }) => name) } : {}),
      vars: Object.keys(variablesAt(document, here)),
      steps: here.before.map(({ key }) => key),
    }),
  );
}

/** What is wrong with the templates in a value, each at its own path. */
export function checkTexts(context: Context, value: unknown, path: string, here: Here): DocumentProblem[] {
  const texts = textsIn(value, path);
  if (texts.length === 0) return [];
  const known = knownNames(context, here);
  return texts.flatMap(([place, text]) =>
    checkTemplate(text, known).map(({ message }) => ({
      severity: "error" as const,
      path: place,
      message: toldApart(message, context.document, here),
    })),
  );
}

/** What is wrong with the step a template names: it does not run before this place, or its key is mistyped. */
function toldApart(message: string, document: Document, { before }: Here): string {
  const [start, key = "", rest = ""] = /^There is no variable "steps\.([a-z][a-z0-9_]*)([^"]*)"/.exec(message) ?? [];
  if (start === undefined || before.some((step) => step.key === key)) return message;
  if (document.steps.some((step) => step.key === key)) {
    return `The step "${key}" does not run before this one, so nothing of it can be read here.`;
  }
  const near = nearest(
    key,
    before.map((step) => step.key),
  );
  return near ? `${start}. Did you mean "steps.${near}${rest}"?` : message;
}

function knownNames(context: Context, here: Here): KnownNames {
  const { document } = context;
  const { inputs, secrets } = document;
  const earlier = here.before.map(({ key }) => key);
  const variables = Object.keys(variablesAt(document, here));
  const declared = isObject(inputs?.["properties"]) ? Object.keys(inputs["properties"]) : [];
  return {
    paths: [
      ...context.paths.flatMap((path) => [`record.${path}`, `old.${path}`]),
      ...declared.map((name) => `inputs.${name}`),
      ...variables.map((name) => `vars.${name}`),
      ...earlier.flatMap((key) => [`steps.${key}.port`, `steps.${key}.error`]),
      ...(secrets ?? []).map((name) => `secrets.${name}`),
    ],
    open: [
      ...earlier.flatMap((key) => [`steps.${key}.output`, `steps.${key}.error`]),
      ...variables.map((name) => `vars.${name}`),
      ...declared.map((name) => `inputs.${name}`),
      ...(secrets ? [] : ["secrets"]),
      ...(context.object ? [] : ["record", "old"]),
      ...loopNames(here),
      "changed",
    ],
    stepKeys: document.steps.map(({ key }) => key),
  };
}

/** `loop` and the loops' own names for their items. A step that goes through items by itself has `loop` as well. */
function loopNames({ loops, step }: Here): string[] {
  const own = loops.flatMap(({ config }) =>
    typeof config["itemVariable"] === "string" ? [config["itemVariable"]] : [],
  );
  return loops.length > 0 || step?.kind === "for_each" ? ["loop", ...own] : [];
}

function variablesAt(document: Document, { before }: Here): JsonObject {
  const set = before.map(({ kind, config }) => {
    if (kind === "set_variables" && isObject(config["values"])) return config["values"];
    return kind === "calculate" && typeof config["as"] === "string" ? { [config["as"]]: null } : {};
  });
  return Object.assign({}, document.variables, ...set) as JsonObject;
}

function textsIn(value: unknown, path: string): [string, string][] {
  if (typeof value === "string") return value.includes("{{") || value.includes("{%") ? [[path, value]] : [];
  if (Array.isArray(value)) return value.flatMap((inner, place) => textsIn(inner, `${path}[${place}]`));
  return isObject(value) ? Object.entries(value).flatMap(([name, inner]) => textsIn(inner, `${path}.${name}`)) : [];
}

/** Errors of a part of a document as problems of the document; `root` is where the part stands. */
export function errorsAt(root: string, errors: FieldError[]): DocumentProblem[] {
  return errors.map(({ path, message }) => ({
    severity: "error",
    path: [root, path].filter(Boolean).join(path.startsWith("[") ? "" : "."),
    message,
  }));
}
