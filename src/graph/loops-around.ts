import type { Edge, Wiring } from "./wiring.js";

/** True for the port by which a loop enters its body. */
export function entersBody({ from, port }: Edge, { steps }: Wiring): boolean {
  return port === "next" && steps.get(from)?.kind === "loop";
}

/** The loops every step lies in whichever way it is reached, outermost first. Steps nothing leads to are left out. */
export type LoopsAround = ReadonlyMap<string, readonly string[]>;

/**
 * Follows every path from the first step and notes which loops it is inside of: `next` of a loop leads into it, coming
 * back to the loop leads out again. A step that is reached from inside and from outside lies outside. Pure.
 */
export function loopsAround(wiring: Wiring): LoopsAround {
  const around = new Map<string, readonly string[]>();
  if (wiring.entry === null) return around;
  around.set(wiring.entry, []);
  const todo = [wiring.entry];
  for (let at = todo.shift(); at !== undefined; at = todo.shift()) {
    for (const edge of wiring.out.get(at) ?? []) {
      const known = around.get(edge.to);
      const found = arrival(edge, wiring, around);
      const both = known ? shared(known, found) : found;
      if (known && both.length === known.length) continue;
      around.set(edge.to, both);
      todo.push(edge.to);
    }
  }
  return around;
}

/**
 * The loop that an edge leaves without having come back to it, because it leads to a loop further out; null for every
 * proper edge.
 */
export function loopLeftOpen(edge: Edge, wiring: Wiring, around: LoopsAround): string | null {
  const inside = insideOf(edge, wiring, around);
  const back = inside.indexOf(edge.to);
  return back >= 0 && back < inside.length - 1 ? (inside.at(-1) ?? null) : null;
}

function insideOf(edge: Edge, wiring: Wiring, around: LoopsAround): readonly string[] {
  const inside = around.get(edge.from) ?? [];
  return entersBody(edge, wiring) ? [...inside, edge.from] : inside;
}

function arrival(edge: Edge, wiring: Wiring, around: LoopsAround): readonly string[] {
  const inside = insideOf(edge, wiring, around);
  const back = inside.indexOf(edge.to);
  return back < 0 ? inside : inside.slice(0, back);
}

function shared(a: readonly string[], b: readonly string[]): readonly string[] {
  const differs = a.findIndex((key, at) => key !== b[at]);
  return differs < 0 ? a : a.slice(0, differs);
}
