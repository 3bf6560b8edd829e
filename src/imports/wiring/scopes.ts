import type { ObjectType } from "../../crm/index.js";
import type { Made } from "../made.js";
import { snake } from "../names/keys.js";
import type { Related } from "../names/objects.js";
import { saidOf } from "../names/said.js";
import { open, type Shape } from "../shapes.js";
import { itemNames, itemVariableOf } from "../steps/flow-steps.js";
import { outputShape } from "../steps/make-step.js";
import { wholeReference } from "../texts/reference-path.js";
import { type Place, type Referable, readReferenceIn, type Scope } from "../texts/references.js";
import { sayPlace } from "../texts/say.js";
import type { Known, Report, Work } from "../work.js";
import { loopsIn, type Node } from "./nodes.js";

/** What holds for a whole definition while its steps are made. */
export type World = {
  known: Known;
  report: Report;
  object: ObjectType | null;
  variables: ReadonlySet<string>;
  inputs: Set<string>;
  secret(name: string): string;
  /** Steps' names that stand for what started the run. */
  entries: readonly string[];
  singleBraces: boolean;
  makeKey(name: string, prefix?: string): string;
};

/** Tells what names mean at a step. `dry`: only to know, so that nothing is noted. `lookUps` come before their step. */
export type Scopes = { (node: Node, dry: boolean): Work; lookUps: Map<Node, Node[]> };

/** What names mean at each step. A dry one only tells; else what has to be looked up first is noted. */
export function scopesFor(world: World, nodes: readonly Node[]): Scopes {
  const { objects } = world.known;
  const loops = loopsIn(nodes);
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const lookUps = new Map<Node, Node[]>();
  const steps = new Map<string, () => Referable>();
  const items = new Map<Node, Shape>();
  for (const name of world.entries) steps.set(name, () => ({ key: name, shape: open, entry: true }));
  for (const node of nodes) {
    const { key, given } = node;
    if (given) steps.set(given.slug, () => ({ key, shape: outputShape(scope(node, true), given) }));
  }

  const item = (loop: Node): Shape => {
    const known = items.get(loop);
    if (known) return known;
    // Loops that go through each other's items in a circle know nothing of them.
    items.set(loop, open);
    const shape = itemShape(loop, scope(loop, true).scope);
    items.set(loop, shape);
    return shape;
  };

  const scope = (node: Node, dry: boolean): Work => {
    const around = loops(node.key).flatMap((key) => byKey.get(key) ?? []);
    const names: Scope = {
      objects,
      object: world.object,
      steps,
      loops: around.map((loop) => ({
        itemVariable: loop.given ? itemVariableOf(loop.given.config) : undefined,
        item: () => item(loop),
      })),
      variables: world.variables,
      inputs: world.inputs,
      input: (name) => (dry ? undefined : world.inputs.add(name)),
      secret: world.secret,
      lookUp: (related, owner, newest) => (dry ? found("", related, newest) : lookUp(node, related, owner, newest)),
      workOut: (calculation) => resultOf(dry ? "" : workOut(node, calculation)),
    };
    const report: Report = dry ? () => undefined : world.report;
    return { known: world.known, scope: names, report, singleBraces: world.singleBraces };
  };

  const lookUp = (node: Node, related: Related, owner: Place, newest: boolean): Place => {
    const made = searchFor(related, owner, newest);
    return found(before(node, made, snake(related.object.plural)), related, newest);
  };
  const workOut = (node: Node, expression: string) =>
    before(node, { kind: "calculate", config: { expression } }, "value");

  /** The key of a step made before another; the same is made once. */
  const before = (node: Node, made: Made, about: string): string => {
    const all = lookUps.get(node) ?? [];
    lookUps.set(node, all);
    const same = all.find((one) => JSON.stringify(one.made) === JSON.stringify(made));
    const key = same?.key ?? world.makeKey(`${node.key}_${about}`);
    if (!same) all.push({ key, given: null, made, next: {}, paths: {} });
    return key;
  };

  return Object.assign(scope, { lookUps });
}

function itemShape(loop: Node, scope: Scope): Shape {
  const given = itemNames.map((name) => loop.given?.config.value[name]).find((one) => typeof one === "string");
  const text = saidOf(given ?? "").replace(/^\s*\{\{|\}\}\s*$/g, "");
  const segments = wholeReference(text);
  const read = segments ? readReferenceIn(scope, segments) : null;
  return read && !("problem" in read) && read.shape.is === "records"
    ? { is: "record", object: read.shape.object }
    : open;
}

function searchFor({ object, field }: Related, owner: Place, newest: boolean): Made {
  // A relation may be empty, and then nothing is found.
  const value = `{{ ${sayPlace(owner)}${field.name === "id" ? ' | default: ""' : ""} }}`;
  const when = { all: [{ fact: "record", path: field.name, operator: "equal", value }] };
  return {
    kind: "record.find",
    config: { object: object.name, when, sort: newest ? "-createdAt" : "createdAt", limit: newest ? 1 : 100 },
  };
}

/** Where what was looked up is; of the newest record, the text it is about. */
function found(key: string, { object }: Related, newest: boolean): Place {
  const path = [key, "output", "records"];
  if (!newest) return { fact: "steps", path, shape: { is: "records", object } };
  return { fact: "steps", path: [...path, "0"], shape: { is: "record", object } };
}

function resultOf(key: string): Place {
  return { fact: "steps", path: [key, "output", "result"], shape: open };
}
