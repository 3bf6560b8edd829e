import type { Edge, Wiring } from "./wiring.js";

/** A part of a graph put in order from its first step: what leads forward, what comes back, and where ways meet again. */
export type Ordered = {
  /** Every step in an order in which each comes after those that lead to it. */
  order: string[];
  back: ReadonlySet<Edge>;
  /** The edges that lead forward to a step. */
  into: ReadonlyMap<string, Edge[]>;
  /** The last step that every way to a step passes; null for the first one. */
  parent: ReadonlyMap<string, string | null>;
};

/** Orders the steps that `start` leads to, as far as `take` lets them in. Pure; never throws, however they are wired. */
export function ordered(wiring: Wiring, start: string, take: (key: string) => boolean): Ordered {
  const { order, back } = walk(wiring, start, take);
  const within = new Set(order);
  const into = new Map<string, Edge[]>(order.map((key) => [key, []]));
  for (const key of order) {
    for (const edge of wiring.out.get(key) ?? [])
      if (within.has(edge.to) && !back.has(edge)) into.get(edge.to)?.push(edge);
  }
  return { order, back, into, parent: parents(order, into) };
}

/** Depth first, without recursion; an edge to a step still on the path comes back. */
function walk(wiring: Wiring, start: string, take: (key: string) => boolean): { order: string[]; back: Set<Edge> } {
  const back = new Set<Edge>();
  const left: string[] = [];
  const seen = new Set([start]);
  const onPath = new Set([start]);
  const edgesOf = (key: string) => [...(wiring.out.get(key) ?? [])];
  const path = [{ key: start, edges: edgesOf(start) }];
  for (let here = path.at(-1); here; here = path.at(-1)) {
    const edge = here.edges.pop();
    if (!edge) {
      left.push(here.key);
      onPath.delete(here.key);
      path.pop();
    } else if (onPath.has(edge.to)) back.add(edge);
    else if (!seen.has(edge.to) && take(edge.to)) {
      seen.add(edge.to);
      onPath.add(edge.to);
      path.push({ key: edge.to, edges: edgesOf(edge.to) });
    }
  }
  return { order: left.reverse(), back };
}

/** Since every step comes after those that lead to it, one pass is enough. */
function parents(order: string[], into: ReadonlyMap<string, Edge[]>): Map<string, string | null> {
  const place = new Map(order.map((key, at) => [key, at]));
  const parent = new Map<string, string | null>();
  const meet = (a: string, b: string): string => {
    let [one, other] = [a, b];
    while (one !== other) {
      const later = (place.get(one) ?? 0) > (place.get(other) ?? 0);
      const up = parent.get(later ? one : other);
      if (up === undefined || up === null) return later ? other : one;
      if (later) one = up;
      else other = up;
    }
    return one;
  };
  for (const key of order) {
    const from = (into.get(key) ?? []).map((edge) => edge.from);
    parent.set(key, from.length > 0 ? from.reduce(meet) : null);
  }
  return parent;
}
