import type { ObjectType } from "../../crm/index.js";
import { didYouMean } from "../../shared/nearest.js";
import { keptName, snake } from "../names/keys.js";
import { fieldNamed, objectNamed, type Related } from "../names/objects.js";
import { entryOf } from "../names/table.js";
import { type Followed, follow, type LookedUp, open, type Shape } from "../shapes.js";
import { ofSystem, plain } from "./plain-names.js";

/**
 * A reference in our names: the first one, and the path below it. `only: "template"` stands for what conditions cannot
 * read; `maybe`: elsewhere it is empty when it is not there. `doubt` says what is probably not there.
 */
export type Place = { fact: string; path: string[]; shape: Shape; only?: "template"; maybe?: true; doubt?: string };

/** What a reference from elsewhere came to. */
export type Reading = Place | { problem: string };

/** A step others can refer to. `entry`: the trigger, whose output are the inputs. */
export type Referable = { key: string; shape: Shape; entry?: true };

/** What names mean at one step of a definition. */
export type Scope = {
  objects: readonly ObjectType[];
  /** The record the automation runs for. */
  object: ObjectType | null;
  /** Steps by their name there. */
  steps: ReadonlyMap<string, () => Referable>;
  /** The loops around the step, innermost first. */
  loops: readonly { itemVariable: string | undefined; item: () => Shape }[];
  /** Names steps or the definition set. */
  variables: ReadonlySet<string>;
  /** Notes an input that is read. */
  input(name: string): void;
  inputs: ReadonlySet<string>;
  /** Notes a secret that is used, and tells what it is called here. */
  secret(name: string): string;
  /** Has records looked up before the step: the place of what was found. */
  lookUp(related: Related, owner: Place, newest: boolean): Place;
  /** Has a calculation made before the step: the place of its result. */
  workOut(calculation: string): Reading;
};

/** Names that mean the same in both. */
const same = ["run", "workspace", "automation", "user"];

const roots = [
  "system",
  ...["input", "inputs", "steps", "loop", "secrets", "secret", "variables", "vars", "trigger", "old", "previous"],
  ...["record", "entity", "organization", "run", "workspace", "automation", "user", "this"],
];

/** True for a name that begins a path of its own, wherever it stands: `steps`, `loop`, a loop's own name for its item. */
export function isRooted({ loops, variables }: Scope, name: string): boolean {
  return (
    roots.includes(name) ||
    Object.hasOwn(plain, snake(name)) ||
    variables.has(name) ||
    loops.some(({ itemVariable }) => itemVariable === name)
  );
}

/** Tells a reference from elsewhere in our names. */
export function readReferenceIn(scope: Scope, segments: readonly string[]): Reading {
  const [root = "", ...rest] = segments;
  const depth = scope.loops.findIndex(({ itemVariable }) => itemVariable === root);
  if (depth >= 0) return item(scope, depth, rest);
  const known = entryOf(plain, snake(root));
  if (known && rest.length === 0) return place(known[0], known[1], open, known[2]);
  if (scope.variables.has(root) && !roots.includes(root)) return place("vars", [keptName(root), ...rest], open);
  switch (root) {
    case "input":
    case "inputs":
      return input(scope, rest);
    case "steps":
      return step(scope, rest);
    case "loop":
      return loop(scope, 0, rest);
    case "secrets":
    case "secret":
      return secret(scope, rest);
    case "variables":
    case "vars":
      return scope.steps.has(rest[0] ?? "") && !scope.variables.has(rest[0] ?? "")
        ? step(scope, rest)
        : place("vars", [...rest.slice(0, 1).map(keptName), ...rest.slice(1)], open);
    case "trigger":
      return place("trigger", rest, open);
    case "old":
    case "previous":
      return record(scope, "old", rest);
    case "record":
    case "entity":
      return record(scope, "record", rest);
    case "organization":
      return place("workspace", rest, open);
    case "system":
      return system(rest);
    default:
      return same.includes(root) && rest.length > 0
        ? place(root, rest, open, root === "automation" || root === "user" ? "template" : undefined)
        : bare(scope, segments);
  }
}

/** What others keep under `system`: the time, and the ids of the workspace, the automation and the run. */
function system([name = "", ...rest]: readonly string[]): Reading {
  const known = entryOf(plain, snake(name)) ?? entryOf(ofSystem, snake(name));
  if (known) return place(known[0], rest.length > 0 ? [...known[1].slice(0, -1), ...rest] : known[1], open, known[2]);
  return {
    problem: `"system.${name}" is nothing here: there are now, organization_id, workflow_id, execution_id and user.`,
  };
}

/** A name without anything before it: a field of the record, the record itself, or the one step that got such a record. */
function bare(scope: Scope, segments: readonly string[]): Reading {
  const [root = "", ...rest] = segments;
  if (scope.object && fieldNamed(scope.objects, scope.object, root)) return record(scope, "record", segments);
  if (scope.steps.has(root)) return step(scope, segments);
  const meant = objectNamed(scope.objects, root);
  if (meant && meant.name === scope.object?.name) return record(scope, "record", rest);
  if (scope.inputs.has(root)) return input(scope, segments);
  const readers = meant ? [...scope.steps.values()].map((one) => one()).filter(({ shape }) => isOf(shape, meant)) : [];
  const [reader] = readers;
  if (reader && readers.length === 1) return into(scope, reader, rest);
  const names = ["input", "steps", "loop", "secrets", "record", "organizationId", ...scope.variables];
  return {
    problem: `There is nothing called "${segments.join(".")}" here.${didYouMean(root, names).replace(/ Known:.*/, "")}`,
  };
}

function isOf(shape: Shape, object: ObjectType): boolean {
  return shape.is === "record" && shape.object.name === object.name;
}

function input(scope: Scope, path: readonly string[]): Place {
  if (path[0] !== undefined) scope.input(path[0]);
  return place("inputs", path, open);
}

function secret(scope: Scope, [name, ...rest]: readonly string[]): Reading {
  if (name === undefined || rest.length > 0) return { problem: "A secret is read by its name: secrets.name." };
  return place("secrets", [scope.secret(name)], open, "template");
}

function record(scope: Scope, fact: "record" | "old", path: readonly string[]): Reading {
  if (!scope.object) return { problem: "There is no record here: nothing says what it runs for." };
  return found(scope, place(fact, [], open), follow({ is: "facts", object: scope.object }, path, scope.objects));
}

function step(scope: Scope, [name = "", ...rest]: readonly string[]): Reading {
  const referable = scope.steps.get(name)?.();
  if (!referable) return { problem: `There is no step "${name}".${didYouMean(name, [...scope.steps.keys()])}` };
  const [member = "output", ...below] = rest;
  if (!["output", "outputs", "error", "port"].includes(member)) return into(scope, referable, rest);
  if (member === "port") return place("steps", [referable.key, "port"], open);
  // An error here has a code and a message; elsewhere it is a text.
  if (member === "error")
    return place("steps", [referable.key, "error", ...(below.length > 0 ? below : ["message"])], open);
  return into(scope, referable, below);
}

function into(scope: Scope, { key, shape, entry }: Referable, path: readonly string[]): Reading {
  if (entry) return input(scope, path[0] === "data" ? path.slice(1) : path);
  return found(scope, place("steps", [key, "output"], open), follow(shape, path, scope.objects));
}

const ofLoop: Record<string, string> = {
  index: "index",
  first: "first",
  is_first: "first",
  last: "last",
  is_last: "last",
  length: "length",
  total: "length",
  count: "length",
};

function loop(scope: Scope, depth: number, [name = "item", ...rest]: readonly string[]): Reading {
  if (depth >= scope.loops.length) return { problem: "This does not lie in a loop, so there is no item to read." };
  const up = Array.from({ length: depth }, () => "parent");
  if (["item", "current", "currentItem", "current_item", "value"].includes(name)) return item(scope, depth, rest);
  if (name === "parent") return loop(scope, depth + 1, rest);
  const meant = entryOf(ofLoop, snake(name));
  return meant === undefined
    ? { problem: `A loop tells item, index, first, last, length and parent, and no "${name}".` }
    : place("loop", [...up, meant, ...rest], open);
}

function item(scope: Scope, depth: number, path: readonly string[]): Reading {
  const up = Array.from({ length: depth }, () => "parent");
  const shape = scope.loops[depth]?.item() ?? open;
  return found(scope, place("loop", [...up, "item"], shape), follow(shape, path, scope.objects));
}

function found(scope: Scope, start: Place, followed: Followed | LookedUp): Reading {
  if (!("lookUp" in followed)) {
    const { path, shape, doubt } = followed;
    return { ...place(start.fact, [...start.path, ...path], shape), ...(doubt === undefined ? {} : { doubt }) };
  }
  const owner = place(start.fact, [...start.path, ...followed.of], open);
  const there = scope.lookUp(followed.lookUp, owner, followed.newest);
  // Of the newest message, others mean its text.
  const { shape } = there;
  const rest = followed.rest.length === 0 && shape.is === "record" ? [shape.object.labelField] : followed.rest;
  const below = found(scope, there, follow(shape, rest, scope.objects));
  return "problem" in below || !followed.newest ? below : { ...below, maybe: true };
}

function place(fact: string, path: readonly string[], shape: Shape, only?: "template"): Place {
  return { fact, path: [...path], shape, ...(only ? { only } : {}) };
}
