import { type Document, readableIn } from "../../graph/index.js";
import type { Given, Made } from "../made.js";
import { keyFrom } from "../names/keys.js";
import * as synonyms from "../names/synonyms.js";
import { byTheirs, entryOf } from "../names/table.js";
import { folded } from "../source.js";
import { branchesOf } from "../steps/flow-steps.js";

/** A connection as the definition has it. `path` is where it says so. */
export type Wire = { from: string; port: string; to: string; path: string };

/** A step on its way into the document. What is made without an original has no `given`. */
export type Node = {
  key: string;
  given: Given | null;
  made: Made | null;
  next: Record<string, string>;
  paths: Record<string, string>;
};

const ways = {
  action: byTheirs(synonyms.ports.action),
  loop: byTheirs(synonyms.ports.loop),
  condition: byTheirs(synonyms.ports.condition),
  switch: byTheirs(synonyms.ports.switch),
};

/** True for a target that ends a path. */
export function isTerminal(name: string): boolean {
  const wanted = name.trim().toLowerCase();
  return wanted === "" || synonyms.terminals.includes(wanted);
}

/** True for a target that means the next item of the loop around. */
export function isBackToLoop(name: string): boolean {
  return synonyms.backToLoop.includes(folded(name));
}

/** A way out of a step as we call it, as far as the step's role tells; other names stay until its kind is known. */
export function portNamed(given: Given, port: string): string {
  const name = folded(port);
  if (given.role === "loop") return entryOf(ways.loop, name) ?? name;
  if (given.role === "condition") return entryOf(ways.condition, name) ?? name;
  if (given.role === "switch") {
    const branch = branchesOf(given.config).find(({ id, label, key }) => [id, label, key].includes(port));
    return branch?.key ?? entryOf(ways.switch, name) ?? keyFrom(port);
  }
  return name === "" ? "success" : keyFrom(port);
}

/** A way out by the ports a kind really has: `success` leaves a wait for an event by `received`. Undefined for none of them. */
export function portAmong(ports: readonly string[], port: string): string | undefined {
  if (ports.includes(port)) return port;
  const wanted = synonyms.onward.includes(port) ? ["success", "received", "met", "approved", "done", "true"] : [];
  const meant = entryOf(ways.action, port);
  if (meant) wanted.push(meant);
  return wanted.find((one) => ports.includes(one));
}

/** The graph as far as it is known, for the questions which loops a step lies in and what can be reached. */
function skeletonOf(nodes: readonly Node[]): Document {
  const steps = nodes.map(({ key, given, next }) => ({
    key,
    kind: given?.role === "loop" ? "loop" : "step",
    config: {},
    next,
  }));
  return { object: null, triggers: [], steps };
}

/** The keys of the loops around each step, innermost first. */
export function loopsIn(nodes: readonly Node[]): (key: string) => string[] {
  const readable = readableIn(skeletonOf(nodes), "graph");
  return (key) =>
    readable(key)
      .loops.map((step) => step.key)
      .reverse();
}

/** Every step that a path from `entry` leads to. */
export function reachable(nodes: readonly Node[], entry: string): Set<string> {
  const all = new Map(nodes.map((node) => [node.key, node]));
  const reached = new Set([entry]);
  for (const key of reached) for (const to of Object.values(all.get(key)?.next ?? {})) if (all.has(to)) reached.add(to);
  return reached;
}

/** Puts a step before another: every path to it leads there first, but for those that come back to it as to their loop. */
export function insertBefore(nodes: Node[], node: Node, before: Node): void {
  const loops = loopsIn(nodes);
  for (const other of nodes) {
    const inBody = before.given?.role === "loop" && loops(other.key).includes(before.key);
    if (inBody) continue;
    for (const [port, to] of Object.entries(other.next)) if (to === before.key) other.next[port] = node.key;
  }
  node.next["success"] = before.key;
  nodes.splice(nodes.indexOf(before), 0, node);
}

/** Puts a step after another, on its way on. */
export function insertAfter(nodes: Node[], node: Node, after: Node): void {
  const to = after.next["success"];
  if (to !== undefined) node.next["success"] = to;
  after.next["success"] = node.key;
  nodes.splice(nodes.indexOf(after) + 1, 0, node);
}
