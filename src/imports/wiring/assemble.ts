import { portsOf } from "../../actions/index.js";
import type { Step } from "../../graph/index.js";
import type { Given, Made, Origin } from "../made.js";
import { inWords } from "../names/keys.js";
import { saidOf } from "../names/said.js";
import { leftovers, makeStep, unmappedStep } from "../steps/make-step.js";
import { Unmappable } from "../unmappable.js";
import type { Work } from "../work.js";
import { failBefore } from "./failing-steps.js";
import { insertAfter, insertBefore, type Node, portAmong, reachable } from "./nodes.js";
import { scopesFor, type World } from "./scopes.js";
import { type Plan, wire } from "./wire.js";

/**
 * The steps of a document, the first one first; by their name there what they are called here; and by their key here
 * where they come from.
 */
export type Assembled = { steps: Step[]; keys: ReadonlyMap<string, string>; origins: ReadonlyMap<string, Origin> };

/** Makes the steps of a definition and connects them. Nothing is lost: what cannot be made is a step that fails. */
export function assemble(world: World, plan: Plan): Assembled {
  const { nodes, entry, ends } = wire(plan, world.makeKey, world.report);
  const scopes = scopesFor(world, nodes);
  const notes = new Map<Node, string[]>();
  for (const node of nodes) {
    if (node.given && !node.made) node.made = made(world, node, scopes(node, false), notes);
    else if (node.given) noteLeft(world, node, node.given, notes);
  }
  for (const node of [...nodes]) {
    if (node.made?.kind === "unmapped") scopes.lookUps.delete(node);
    for (const lookUp of scopes.lookUps.get(node) ?? []) insertBefore(nodes, lookUp, node);
    let last = node;
    for (const made of node.made?.then ?? []) {
      const next: Node = { key: world.makeKey(`${node.key}_then`), given: null, made, next: {}, paths: {} };
      insertAfter(nodes, next, last);
      last = next;
    }
    const rest = node.made?.rest;
    if (rest) insertAfter(nodes, restStep(world, node, rest), last);
  }
  const first = entry === undefined ? undefined : firstOf(nodes, entry, scopes.lookUps);
  const ordered = [...nodes.filter(({ key }) => key === first), ...nodes.filter(({ key }) => key !== first)];
  const reached = first === undefined ? new Set(ends ? [] : nodes.map(({ key }) => key)) : reachable(nodes, first);
  const steps = ordered.map((node) => stepOf(world, node, notes.get(node) ?? [], reached.has(node.key)));
  const origins = new Map(nodes.flatMap(({ key, given }) => (given ? [[key, originOf(given)] as const] : [])));
  for (const [key, owner] of scopes.lookUps)
    for (const one of owner) origins.set(one.key, origins.get(key.key) ?? { path: "", original: undefined });
  const keys = new Map(nodes.flatMap(({ key, given }) => (given ? [[given.slug, key] as const] : [])));
  return { steps: loopsThatFail(steps, nodes, origins, world.makeKey), keys, origins };
}

function originOf({ path, source, role }: Given): Origin {
  return { path, original: role === "missing" ? undefined : source.value };
}

/** A loop that could not be made stays one, so that its body stays one too, behind a step that fails. */
function loopsThatFail(
  steps: Step[],
  nodes: readonly Node[],
  origins: ReadonlyMap<string, Origin>,
  makeKey: World["makeKey"],
): Step[] {
  const failing = nodes.filter(({ given, made }) => given?.role === "loop" && made?.kind === "unmapped");
  return failing.reduce(
    (all, { key, made }) => failBefore(all, key, saidOf(made?.config["reason"]), origins.get(key), makeKey),
    steps,
  );
}

function made(world: World, node: Node, work: Work, notes: Map<Node, string[]>): Made {
  const { given } = node;
  if (!given) return unmappedStep(undefined, "It has no original.", []);
  try {
    node.made = makeStep(work, given);
    noteLeft(world, node, given, notes);
    return node.made;
  } catch (error) {
    if (!(error instanceof Unmappable)) throw error;
    world.report(given.path, error.message);
    return unmappedStep(originOf(given).original, error.message, Object.keys(node.next));
  }
}

/** What a step says that nobody read is listed, and noted beside the step. */
function noteLeft(world: World, node: Node, given: Given, notes: Map<Node, string[]>): void {
  const left = leftovers(given);
  for (const [path, name, value] of left)
    world.report(
      path,
      `Steps of the kind "${node.made?.kind}" have no "${name}"; ${shown(value)} is noted beside the step.`,
    );
  if (left.length === 0) return;
  notes.set(
    node,
    left.map(([, name, value]) => `${name}: ${shown(value)}`),
  );
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** The part of a step that has no place here: it fails after it, and the run goes on, told of as one with errors. */
function restStep(world: World, node: Node, { original, reason }: NonNullable<Made["rest"]>): Node {
  const key = world.makeKey(`${node.key}_rest`);
  return { key, given: null, made: { ...unmappedStep(original, reason, []), goesOn: true }, next: {}, paths: {} };
}

function firstOf(nodes: readonly Node[], entry: string, lookUps: Map<Node, Node[]>): string {
  const node = nodes.find(({ key }) => key === entry);
  return (node && lookUps.get(node)?.[0]?.key) ?? entry;
}

function stepOf(world: World, node: Node, notes: string[], isReached: boolean): Step {
  const { key, given, made: step } = node;
  const { kind, config, goesOn } = step ?? unmappedStep(undefined, "It could not be made.", []);
  const onError = goesOn ? ({ policy: "continue" } as const) : given?.onError;
  const next = portsFor(world, node, kind, config);
  // Steps others gave no name to are told in the words of their kind.
  const name = given ? (given.name ?? (given.role === "missing" ? inWords(given.slug) : undefined)) : inWords(key);
  const about = [...(given?.note ? [given.note] : []), ...notes];
  if (!isReached && given) world.report(given.path, `No path leads to "${given.slug}"; it is kept, switched off.`);
  return {
    key,
    kind,
    ...(name ? { name: name.slice(0, 190) } : {}),
    config,
    ...(Object.keys(next).length > 0 ? { next } : {}),
    ...(onError ? { onError } : {}),
    ...(given?.timeout ? { timeout: given.timeout } : {}),
    ...(about.length > 0 ? { note: about.join("\n").slice(0, 4_000) } : {}),
    ...(isReached && !given?.disabled ? {} : { disabled: true }),
  };
}

function portsFor(world: World, node: Node, kind: string, config: Step["config"]): Record<string, string> {
  const ports = portsOf(world.known.actions, kind, config);
  const next: Record<string, string> = {};
  for (const [port, to] of Object.entries(node.next)) {
    const ours = ports.length === 0 && kind !== "end" ? port : portAmong(ports, port);
    if (ours === undefined) {
      if (to !== "end")
        world.report(
          node.paths[port] ?? node.given?.path ?? "",
          `Steps of the kind "${kind}" have no way out called "${port}", so nothing leads from there to "${to}".`,
        );
    } else next[ours] = to;
  }
  return next;
}
