import type { Document, Form } from "../graph/index.js";
import { invalid } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { formFaults } from "./forms/check-form.js";
import { fromFlat } from "./forms/flat.js";
import { fromOwn } from "./forms/own-form.js";
import { refusalOf } from "./forms/products.js";
import { fromStepList } from "./forms/step-list.js";
import type { Origin } from "./made.js";
import { roleOf } from "./names/roles.js";
import { entryOf } from "./names/table.js";
import { folded, sourceOf, type Unmapped } from "./source.js";
import type { Known } from "./work.js";

/** A definition ready to become an automation, and everything of it that could not be taken over. */
export type Imported = {
  name: string;
  description: string;
  tags: string[];
  form: Form;
  document: Document;
  unmapped: Unmapped[];
  /** Where the steps of a definition from elsewhere come from, by their key here; undefined for our own form. */
  origins: ReadonlyMap<string, Origin> | undefined;
};

/** What others put around a definition when they hand it out. */
const wrappers = ["definition", "workflow", "automation", "data"];

const forms =
  "an exported Millrace automation, a list of steps with stepSlug and nextSteps, or trigger_type with actions or nodes";

/**
 * Takes over a definition: our own export, the form that is a list of steps, or the flat form with or without its graph.
 * Nothing is dropped in silence: what has no equal here is a step that fails when it is reached, and stands in `unmapped`
 * with its place in what was imported. Pure. Throws a 422 Problem for what is no definition at all.
 */
export function importDefinition(input: unknown, known: Known): Imported {
  const unmapped: Unmapped[] = [];
  const report = (path: string, reason: string) => {
    if (!unmapped.some((one) => one.path === path && one.reason === reason)) unmapped.push({ path, reason });
  };
  refuseTooMuch(input);
  const { given, path } = unwrapped(input);
  const refusal = formOf(given) === "own" ? null : refusalOf(input, (type) => doesSomething(known, type));
  if (refusal !== null) throw invalid([{ path: "", message: refusal }]);
  const form = formOf(given);
  const faults = form === "own" ? [] : formFaults(given, path);
  if (faults.length > 0) throw invalid(faults);
  switch (form) {
    case "own":
      return { ...fromOwn(given), unmapped, origins: undefined };
    case "step-list": {
      const { name, description, tags, document, origins } = fromStepList(sourceOf(given, path), known, report);
      return { name, description, tags, form: "graph", document, unmapped, origins };
    }
    case "flat": {
      const { name, description, tags, form, document, origins } = fromFlat(sourceOf(given, path), known, report);
      return { name, description, tags, form, document, unmapped, origins };
    }
    default:
      throw invalid([{ path: "", message: `This is no definition that can be imported. It must be ${forms}.` }]);
  }
}

/** A document has at most so many steps, and nothing of it is nested deeper than anybody writes. */
const limits = { steps: 500, stepsconfig: 500, nodes: 500, actions: 500, edges: 5_000 };
const DEEPEST = 100;

/** Looks at the size of what comes in before anything is made of it, level by level, so that no depth ends the process. */
function refuseTooMuch(input: unknown): void {
  let level: unknown[] = [input];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST)
      throw invalid([{ path: "", message: `A definition is nested at most ${DEEPEST} levels deep.` }]);
    for (const one of level.filter(isObject)) {
      for (const [name, value] of Object.entries(one)) {
        if (!Array.isArray(value)) continue;
        const most = entryOf(limits, folded(name));
        if (depth < 3 && most && value.length > most)
          throw invalid([{ path: name, message: `A definition has at most ${most} ${name}.` }]);
      }
    }
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
}

/** True for a type of node that is an action, a question or the like here. */
function doesSomething({ objects }: Known, type: string): boolean {
  return roleOf(objects, type) !== "unknown";
}

type Kind = "own" | "step-list" | "flat" | null;

function unwrapped(input: unknown): { given: JsonObject; path: string } {
  if (!isObject(input)) return { given: {}, path: "" };
  if (formOf(input) !== null) return { given: input, path: "" };
  const [inside, ...more] = wrappers.filter((name) => isObject(input[name]) && formOf(input[name]) !== null);
  const inner = inside === undefined ? undefined : input[inside];
  return inside !== undefined && more.length === 0 && isObject(inner)
    ? { given: inner, path: inside }
    : { given: input, path: "" };
}

function formOf(input: unknown): Kind {
  if (!isObject(input)) return null;
  if (isObject(input["document"]) || input["millrace"] !== undefined || isOwnDocument(input)) return "own";
  const places = [input, input["workflowConfig"], input["workflow_config"], input["config"]].filter(isObject);
  if (places.some((place) => hasList(place, "steps", "stepsConfig"))) return "step-list";
  const names = new Set(Object.keys(input).map(folded));
  const graph = ["workflow", "graph", "workflow_definition", "definition", "workflow_graph", "flow"].some(
    (name) => isObject(input[name]) && hasList(input[name], "nodes"),
  );
  return names.has("triggertype") || hasList(input, "actions") || hasList(input, "nodes") || graph ? "flat" : null;
}

/** A document without anything around it: its steps have keys and kinds. */
function isOwnDocument({ steps, triggers, object }: JsonObject): boolean {
  if (!Array.isArray(steps) || (triggers === undefined && object === undefined && steps.length === 0)) return false;
  return steps.every(
    (step) =>
      isObject(step) &&
      typeof step["key"] === "string" &&
      typeof step["kind"] === "string" &&
      step["stepType"] === undefined,
  );
}

function hasList(place: unknown, ...names: string[]): boolean {
  if (!isObject(place)) return false;
  return Object.entries(place).some(
    ([name, value]) => Array.isArray(value) && names.some((wanted) => folded(wanted) === folded(name)),
  );
}
