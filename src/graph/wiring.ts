import type { Document, Step } from "./document.js";
import { entryOf } from "./entry.js";

/** A connected port: what leaves `from` by `port` goes on at `to`, which is a step. */
export type Edge = { from: string; port: string; to: string };

/**
 * A graph ready to be followed both ways, from its first step. Ports that lead to `"end"`, or to no step at all, are no
 * edges.
 */
export type Wiring = {
  entry: string | null;
  steps: Map<string, Step>;
  out: Map<string, Edge[]>;
  into: Map<string, Edge[]>;
};

/** Reads the ports of a document's steps. Pure. */
export function wiringOf(document: Document): Wiring {
  const steps = new Map(document.steps.map((step) => [step.key, step]));
  const out = new Map<string, Edge[]>();
  const into = new Map<string, Edge[]>();
  for (const { key: from, next } of steps.values()) {
    for (const [port, to] of Object.entries(next ?? {})) {
      if (to === "end" || !steps.has(to)) continue;
      const edge = { from, port, to };
      add(out, from, edge);
      add(into, to, edge);
    }
  }
  return { entry: entryOf(document) ?? null, steps, out, into };
}

/** Every step that can be reached from `starts`, these included, along edges that `follow` lets through. */
export function reachedFrom(
  wiring: Wiring,
  starts: Iterable<string>,
  follow: (edge: Edge) => boolean = () => true,
): Set<string> {
  const reached = new Set(starts);
  for (const key of reached) {
    for (const edge of wiring.out.get(key) ?? []) if (follow(edge)) reached.add(edge.to);
  }
  return reached;
}

/**
 * The steps that can have run before a step: everything a path leads on from to it. Inside a loop that includes what the
 * body did for earlier items, the step itself too; behind a loop its body. Pure.
 */
export function ancestorsOf(document: Document, key: string, wiring: Wiring = wiringOf(document)): Set<string> {
  const before = new Set<string>();
  const todo = [key];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    for (const { from } of wiring.into.get(at) ?? []) {
      if (before.has(from)) continue;
      before.add(from);
      todo.push(from);
    }
  }
  return before;
}

function add(edges: Map<string, Edge[]>, key: string, edge: Edge): void {
  const known = edges.get(key);
  if (known) known.push(edge);
  else edges.set(key, [edge]);
}
