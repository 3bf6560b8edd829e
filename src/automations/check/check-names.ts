import type { FieldAt } from "../../crm/index.js";
import type { Document, DocumentProblem, Readable, Step } from "../../graph/index.js";
import { checkConditions, type KnownFacts } from "../../rules/index.js";
import type { FieldError } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import { nearest } from "../../shared/nearest.js";
import { checkTemplate, type KnownNames, variablesOf } from "../../templates/index.js";
import { type ConditionPlace, placesIn } from "./condition-places.js";
import type { Context } from "./document-context.js";
import { namesOfLoops } from "./loop-names.js";
import { joined, type Names, namesOfValue } from "./names.js";
import { namesOfRun } from "./start-names.js";

/** Where in a document something stands, by what it may read there. */
export type Here = Readable & { step?: Step };

/** Before the first step. */
export const atStart: Here = { before: [], loops: [] };

/** What is wrong with a rule tree, by the fields, variables and steps there are. */
export function checkTree(context: Context, tree: unknown, path: string, here: Here = atStart): DocumentProblem[] {
  if (tree === undefined) return [];
  const { document, fieldAt, object } = context;
  const declared = isObject(document.inputs?.["properties"]) ? document.inputs["properties"] : null;
  const wrong = errorsAt(
    "",
    checkConditions(tree, {
      path,
      record: object !== null,
      ...knownFields(fieldAt),
      ...(object ? { fieldNames: object.fields.map(({ name }) => name) } : {}),
      ...(declared ? { inputs: Object.keys(declared) } : {}),
      vars: Object.keys(variablesAt(document, here)),
      steps: here.before.map(({ key }) => key),
    }),
  );
  const places = placesIn(tree, path).filter(
    ({ at, fact, path: name }) =>
      /^[\w.[\]]+$/.test(name) && isCheckable(fact, context, here) && !wrong.some((problem) => problem.path === at),
  );
  return [...wrong, ...checkPlaces(context, places, here)];
}

/** What a tree may ask of an object's records, and the values it may compare with where a field has options. */
export function knownFields(fieldAt: FieldAt | null): Pick<KnownFacts, "fields" | "options"> {
  if (!fieldAt) return {};
  return {
    fields: (path) => fieldAt(path)?.type,
    options: (path) => fieldAt(path)?.options?.map(({ value }) => value),
  };
}

/** Facts whose names are known as exactly as those of templates. Events a step waits for may hold anything. */
function isCheckable(fact: string, { document }: Context, { step }: Here): boolean {
  if (fact === "trigger") return step?.kind !== "wait_for_event" && step?.kind !== "goal";
  if (fact === "inputs") return isObject(document.inputs?.["properties"]);
  return ["steps", "vars", "loop", "run", "workspace"].includes(fact);
}

function checkPlaces(context: Context, places: ConditionPlace[], here: Here): DocumentProblem[] {
  if (places.length === 0) return [];
  const texts = places.map(({ fact, path }) => `{{ ${fact}.${path} }}`);
  const { stepKeys: _, ...known } = knownNames(context, here, [...texts, ...listsOf(here)]);
  return places.flatMap(({ at, fact, path }, place): DocumentProblem[] => {
    const [key = "", part = "", ...rest] = path.split(".");
    if (fact === "steps" && part !== "" && !/^(output|error|port)\b/.test(part)) {
      const meant = [key, "output", part, ...rest].join(".");
      const message = `A step has output, error and port: did you mean "${meant}"?`;
      return [{ severity: "error", path: at, message }];
    }
    const [error] = checkTemplate(texts[place] ?? "", known);
    if (!error) return [];
    return [{ severity: "error", path: at, message: toldApart(error.message, context.document, here) }];
  });
}

/** What is wrong with the templates in a value, each at its own path. */
export function checkTexts(context: Context, value: unknown, path: string, here: Here): DocumentProblem[] {
  const texts = textsIn(value, path);
  if (texts.length === 0) return [];
  const known = knownNames(context, here, [...texts.map(([, text]) => text), ...listsOf(here)]);
  return texts.flatMap(([place, text]) =>
    checkTemplate(text, known).map(({ message }) => ({
      severity: "error" as const,
      path: place,
      message: toldApart(message, context.document, here),
    })),
  );
}

/** What is wrong with a name that exists, but not here; else with the step it names: not run before, or a mistyped key. */
function toldApart(message: string, document: Document, { before, step }: Here): string {
  if (!step && message.startsWith('There is no variable "secrets.'))
    return "Secrets can be used only in steps that reach outside, not here.";
  if (document.object === null && /^There is no variable "(record|old)[."]/.test(message))
    return "There is no record in the global context. Choose an object for this automation to read one.";
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

/** What `texts` may read at a place. Of the steps they do not mention only the key is told: a long document has many. */
function knownNames(context: Context, here: Here, texts: string[]): KnownNames {
  const { document } = context;
  const stepKeys = document.steps.map(({ key }) => key);
  const used = texts.flatMap(variablesOf).map((path) => path.split("."));
  const mentioned = new Set(
    used.map(([root, key = ""]) => (root === "steps" ? (stepKeys[Number(key) - 1] ?? key) : "")),
  );
  const { before, step } = here;
  const outside = joined(
    context.names,
    ...Object.entries(variablesAt(document, here)).map(([name, value]) => namesOfValue(`vars.${name}`, value)),
    ...before.filter(({ key }) => mentioned.has(key)).map(context.namesOf),
    { paths: before.map(({ key }) => `steps.${key}.port`), open: [] },
    here === atStart ? { paths: [], open: [] } : namesOfRun,
    step ? secretNames(document) : { paths: [], open: [] },
  );
  const loops = loopsAt(here);
  return { ...(loops.length > 0 ? joined(outside, namesOfLoops(loops, outside)) : outside), stepKeys };
}

/** The loops around a place; a step that goes through items by itself has `loop` as well. */
function loopsAt({ loops, step }: Here): Step[] {
  return step?.kind === "for_each" ? [...loops, step] : loops;
}

function listsOf(here: Here): string[] {
  return loopsAt(here).flatMap(({ config }) => (typeof config["items"] === "string" ? [config["items"]] : []));
}

function secretNames({ secrets }: Document): Names {
  return secrets ? { paths: secrets.map((name) => `secrets.${name}`), open: [] } : { paths: [], open: ["secrets"] };
}

/** The variables there are at a place; one that a step sets from a template may hold anything. */
function variablesAt(document: Document, { before }: Here): JsonObject {
  const set = before.map(({ kind, config }) => {
    if (kind === "set_variables" && isObject(config["values"])) return config["values"];
    return kind === "calculate" && typeof config["as"] === "string" ? { [config["as"]]: "{{ }}" } : {};
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
