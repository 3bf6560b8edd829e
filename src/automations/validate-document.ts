import { checkConfig, templatesIn } from "../actions/index.js";
import { describeObject, type FieldType, fieldTypes, objectsOf, type ObjectType } from "../crm/index.js";
import { checkSteps, checkTrigger, type Document, type DocumentProblem, type Form } from "../graph/index.js";
import { checkConditions } from "../rules/index.js";
import { type FieldError, Problem } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { checkTemplate, type KnownNames } from "../templates/index.js";
import type { AutomationRoom } from "./automation.js";
import { checkShape } from "./document-schema.js";
import { normalDocument } from "./normal-document.js";

/** What the record context of a document offers; null in the global context. */
type Context = {
  object: ObjectType | null;
  types: ((path: string) => FieldType | undefined) | null;
  /** Every path of the record that can be read, relations followed once. */
  paths: string[];
};

/**
 * Everything there is to say about a document, each with its path, step and what would be right. Errors block
 * publishing, warnings do not. It asks the workspace for objects and fields, so the answer changes with those.
 */
export async function validateDocument(room: AutomationRoom, workspaceId: string, input: unknown, form: Form = "list"): Promise<DocumentProblem[]> {
  const shape = checkShape(input, "");
  if (shape.length > 0) return shape.map(({ path, message }) => ({ severity: "error", path: path.replace(/^\./, ""), message }));
  const document = normalDocument(input as Document);
  const problems = checkSteps(document, form);
  const context = await contextOf(room, workspaceId, document, problems);
  if (context) {
    problems.push(...checkTriggers(document, context), ...checkTree(document, context, document.conditions, "conditions"));
    problems.push(...checkTree(document, context, document.enrollment?.exitWhen, "enrollment.exitWhen"), ...checkTree(document, context, document.enrollment?.unless, "enrollment.unless"));
    document.steps.forEach((step, place) => {
      problems.push(...checkStep(room, document, context, place).map((problem) => ({ ...problem, step: step.key })));
    });
    problems.push(...checkTexts(document, context, document.outputs ?? {}, "outputs", document.steps.length));
  }
  problems.push(...checkZone(document));
  return problems;
}

async function contextOf(room: AutomationRoom, workspaceId: string, document: Document, problems: DocumentProblem[]): Promise<Context | null> {
  if (document.object === null) return { object: null, types: null, paths: [] };
  try {
    const object = await describeObject(room, workspaceId, document.object);
    const all = await objectsOf(room, workspaceId);
    const paths = object.fields.flatMap(({ name, relation }) => {
      const related = relation ? all.find((other) => other.name === relation) : undefined;
      return [name, ...(related ? ["id", ...related.fields.map((field) => field.name)].map((inner) => `${name}.${inner}`) : [])];
    });
    return { object, types: await fieldTypes(room, workspaceId, document.object), paths: ["id", "createdAt", "updatedAt", "version", ...paths] };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const known = (await objectsOf(room, workspaceId)).map(({ name }) => name);
    problems.push({ severity: "error", path: "object", message: `${error.message} Known objects: ${known.join(", ")}.` });
    return null;
  }
}

function checkTriggers(document: Document, context: Context): DocumentProblem[] {
  return document.triggers.flatMap((trigger, place) => [
    ...errorsAt(`triggers[${place}]`, checkTrigger(trigger, context.object)),
    ...checkTree(document, context, trigger.when, `triggers[${place}].when`),
    ...checkTexts(document, context, trigger.inputs ?? {}, `triggers[${place}].inputs`, 0),
  ]);
}

function checkStep(room: AutomationRoom, document: Document, context: Context, place: number): DocumentProblem[] {
  const step = document.steps[place];
  if (!step) return [];
  const root = `steps[${place}].config`;
  const wrong = checkConfig(room.actions, step.kind, step.config);
  if (wrong.some(({ path }) => path === "")) return errorsAt(`steps[${place}].kind`, wrong.filter(({ path }) => path === ""));
  const own = isObject(step.config["when"]) && step.config["object"] === undefined;
  const trees = own ? checkTree(document, context, step.config["when"], `${root}.when`, place) : [];
  const texts = checkTexts(document, context, templatesIn(room.actions, step.kind, step.config), root, place);
  return once([...errorsAt(root, wrong), ...trees, ...checkFields(step.kind, step.config, context, root), ...texts]);
}

function once(problems: DocumentProblem[]): DocumentProblem[] {
  return problems.filter(({ path }, place) => problems.findIndex((other) => other.path === path) === place);
}

/** Field names a step writes on the document's own object. */
function checkFields(kind: string, config: JsonObject, { object }: Context, root: string): DocumentProblem[] {
  const { values, record } = config;
  if (kind !== "record.update" || !object || record !== undefined || !isObject(values)) return [];
  const known = new Set(object.fields.map(({ name }) => name));
  return Object.keys(values)
    .filter((name) => !known.has(name))
    .map((name) => ({ severity: "error", path: `${root}.values.${name}`, message: `A ${object.label.toLowerCase()} has no field "${name}". Known: ${[...known].join(", ")}.` }));
}

/** `before`: how many steps stand before the tree, and can be read by it. */
function checkTree(document: Document, { types, object }: Context, tree: unknown, path: string, before = 0): DocumentProblem[] {
  if (tree === undefined) return [];
  return errorsAt(
    "",
    checkConditions(tree, {
      path,
      record: object !== null,
      ...(types ? { fields: types } : {}),
      ...(object ? { fieldNames: object.fields.map(({ name }) => name) } : {}),
      vars: Object.keys(variablesBefore(document, before)),
      steps: document.steps.slice(0, before).map(({ key }) => key),
    }),
  );
}

function checkTexts(document: Document, context: Context, value: unknown, path: string, before: number): DocumentProblem[] {
  const known = knownNames(document, context, before);
  return textsIn(value, path).flatMap(([place, text]) => checkTemplate(text, known).map(({ message }) => ({ severity: "error" as const, path: place, message })));
}

function knownNames(document: Document, context: Context, before: number): KnownNames {
  const { inputs, secrets } = document;
  const earlier = document.steps.slice(0, before).map(({ key }) => key);
  const declared = isObject(inputs?.["properties"]) ? Object.keys(inputs["properties"]) : [];
  return {
    paths: [
      ...context.paths.flatMap((path) => [`record.${path}`, `old.${path}`]),
      ...declared.map((name) => `inputs.${name}`),
      ...Object.keys(variablesBefore(document, before)).map((name) => `vars.${name}`),
      ...earlier.flatMap((key) => [`steps.${key}.port`, `steps.${key}.error`]),
      ...(secrets ?? []).map((name) => `secrets.${name}`),
    ],
    open: [
      ...earlier.flatMap((key) => [`steps.${key}.output`, `steps.${key}.error`]),
      ...Object.keys(variablesBefore(document, before)).map((name) => `vars.${name}`),
      ...declared.map((name) => `inputs.${name}`),
      ...(secrets ? [] : ["secrets"]),
      ...(context.object ? [] : ["record", "old"]),
      "loop",
      "changed",
    ],
    stepKeys: document.steps.map(({ key }) => key),
  };
}

function variablesBefore(document: Document, before: number): JsonObject {
  const set = document.steps.slice(0, before).map(({ kind, config }) => {
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

function checkZone({ timezone }: Document): DocumentProblem[] {
  if (timezone === undefined) return [];
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return [];
  } catch {
    return [{ severity: "error", path: "timezone", message: `"${timezone}" is not a time zone. Use a name such as Europe/Berlin.` }];
  }
}

function errorsAt(root: string, errors: FieldError[]): DocumentProblem[] {
  return errors.map(({ path, message }) => ({ severity: "error", path: [root, path].filter(Boolean).join(path.startsWith("[") ? "" : "."), message }));
}
