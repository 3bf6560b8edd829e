import { checkConfig, templatesIn } from "../actions/index.js";
import { describeObject, type FieldType, fieldTypes, type ObjectType, objectsOf } from "../crm/index.js";
import {
  checkGraph,
  checkSteps,
  checkTrigger,
  type Document,
  type DocumentProblem,
  type Form,
  type Readable,
  readableIn,
  type Step,
} from "../graph/index.js";
import { checkConditions } from "../rules/index.js";
import { type FieldError, Problem } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { checkTemplate, type KnownNames } from "../templates/index.js";
import type { AutomationRoom } from "./automation.js";
import { checkShape } from "./document-schema.js";
import { normalDocument } from "./normal-document.js";
import { portsIn } from "./ports.js";

/** What the record context of a document offers; null in the global context. */
type Context = {
  object: ObjectType | null;
  types: ((path: string) => FieldType | undefined) | null;
  /** Every path of the record that can be read, relations followed once. */
  paths: string[];
};

/** Where in a document something stands, by what it may read there. */
type Here = Readable & { step?: Step };

/** Before the first step. */
const atStart: Here = { before: [], loops: [] };

/**
 * Everything there is to say about a document, each with its path, step and what would be right. Errors block
 * publishing, warnings do not. It asks the workspace for objects and fields, so the answer changes with those.
 */
export async function validateDocument(
  room: AutomationRoom,
  workspaceId: string,
  input: unknown,
  form: Form = "list",
): Promise<DocumentProblem[]> {
  const shape = checkShape(input, "");
  if (shape.length > 0)
    return shape.map(({ path, message }) => ({ severity: "error", path: path.replace(/^\./, ""), message }));
  const document = normalDocument(input as Document);
  const problems = [
    ...checkSteps(document, form),
    ...(form === "graph" ? checkGraph(document, portsIn(room.actions)) : []),
  ];
  const context = await contextOf(room, workspaceId, document, problems);
  if (context) {
    problems.push(
      ...checkTriggers(document, context),
      ...checkTree(document, context, document.conditions, "conditions"),
    );
    problems.push(
      ...checkTree(document, context, document.enrollment?.exitWhen, "enrollment.exitWhen"),
      ...checkTree(document, context, document.enrollment?.unless, "enrollment.unless"),
    );
    const readable = readableIn(document, form);
    document.steps.forEach((step, place) => {
      if (form === "list" && room.actions.get(step.kind)?.graphOnly) {
        problems.push({
          severity: "error",
          path: `steps[${place}].kind`,
          step: step.key,
          message: `"${step.kind}" has several ways out, which a list cannot connect. Promote the automation to a workflow to use it.`,
        });
      }
      const here = { ...readable(step.key), step };
      problems.push(
        ...checkStep(room, document, context, place, here).map((problem) => ({ ...problem, step: step.key })),
      );
    });
    problems.push(
      ...checkTexts(document, context, document.outputs ?? {}, "outputs", { before: document.steps, loops: [] }),
    );
  }
  problems.push(...checkZone(document));
  return problems;
}

async function contextOf(
  room: AutomationRoom,
  workspaceId: string,
  document: Document,
  problems: DocumentProblem[],
): Promise<Context | null> {
  if (document.object === null) return { object: null, types: null, paths: [] };
  try {
    const object = await describeObject(room, workspaceId, document.object);
    const all = await objectsOf(room, workspaceId);
    const paths = object.fields.flatMap(({ name, relation }) => {
      const related = relation ? all.find((other) => other.name === relation) : undefined;
      return [
        name,
        ...(related ? ["id", ...related.fields.map((field) => field.name)].map((inner) => `${name}.${inner}`) : []),
      ];
    });
    return {
      object,
      types: await fieldTypes(room, workspaceId, document.object),
      paths: ["id", "createdAt", "updatedAt", "version", ...paths],
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const known = (await objectsOf(room, workspaceId)).map(({ name }) => name);
    problems.push({
      severity: "error",
      path: "object",
      message: `${error.message} Known objects: ${known.join(", ")}.`,
    });
    return null;
  }
}

function checkTriggers(document: Document, context: Context): DocumentProblem[] {
  return document.triggers.flatMap((trigger, place) => [
    ...errorsAt(`triggers[${place}]`, checkTrigger(trigger, context.object)),
    ...checkTree(document, context, trigger.when, `triggers[${place}].when`),
    ...checkTexts(document, context, trigger.inputs ?? {}, `triggers[${place}].inputs`, atStart),
  ]);
}

function checkStep(
  room: AutomationRoom,
  document: Document,
  context: Context,
  place: number,
  here: Here,
): DocumentProblem[] {
  const step = document.steps[place];
  if (!step) return [];
  const root = `steps[${place}].config`;
  const wrong = checkConfig(room.actions, step.kind, step.config);
  if (wrong.some(({ path }) => path === ""))
    return errorsAt(
      `steps[${place}].kind`,
      wrong.filter(({ path }) => path === ""),
    );
  const trees = treesOf(step).flatMap(([path, tree]) => checkTree(document, context, tree, `${root}.${path}`, here));
  const texts = checkTexts(document, context, templatesIn(room.actions, step.kind, step.config), root, here);
  return once([...errorsAt(root, wrong), ...trees, ...checkFields(step.kind, step.config, context, root), ...texts]);
}

/** The conditions a step asks of the run's own record; those of a kind with an object ask another's. */
function treesOf({ config }: Step): [path: string, tree: JsonObject][] {
  if (config["object"] !== undefined) return [];
  const cases = Array.isArray(config["cases"]) ? config["cases"] : [];
  const asked: [string, unknown][] = [
    ["when", config["when"]],
    ...cases.map((one, at): [string, unknown] => [`cases[${at}].when`, isObject(one) ? one["when"] : undefined]),
  ];
  return asked.flatMap(([path, tree]): [string, JsonObject][] => (isObject(tree) ? [[path, tree]] : []));
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
    .map((name) => ({
      severity: "error",
      path: `${root}.values.${name}`,
      message: `A ${object.label.toLowerCase()} has no field "${name}". Known: ${[...known].join(", ")}.`,
    }));
}

function checkTree(
  document: Document,
  { types, object }: Context,
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

function checkTexts(document: Document, context: Context, value: unknown, path: string, here: Here): DocumentProblem[] {
  const texts = textsIn(value, path);
  if (texts.length === 0) return [];
  const known = knownNames(document, context, here);
  return texts.flatMap(([place, text]) =>
    checkTemplate(text, known).map(({ message }) => ({
      severity: "error" as const,
      path: place,
      message: toldApart(message, document, here),
    })),
  );
}

/** A step that exists, but not on any way that leads here, is no mistyped name. */
function toldApart(message: string, document: Document, { before }: Here): string {
  const key = /^There is no variable "steps\.([a-z][a-z0-9_]*)/.exec(message)?.[1];
  const elsewhere = document.steps.some((step) => step.key === key) && !before.some((step) => step.key === key);
  return elsewhere ? `The step "${key}" does not run before this one, so nothing of it can be read here.` : message;
}

function knownNames(document: Document, context: Context, here: Here): KnownNames {
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

function checkZone({ timezone }: Document): DocumentProblem[] {
  if (timezone === undefined) return [];
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return [];
  } catch {
    return [
      {
        severity: "error",
        path: "timezone",
        message: `"${timezone}" is not a time zone. Use a name such as Europe/Berlin.`,
      },
    ];
  }
}

function errorsAt(root: string, errors: FieldError[]): DocumentProblem[] {
  return errors.map(({ path, message }) => ({
    severity: "error",
    path: [root, path].filter(Boolean).join(path.startsWith("[") ? "" : "."),
    message,
  }));
}
