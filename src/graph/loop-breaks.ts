import type { Document } from "./document.js";
import { loopsAround } from "./loops-around.js";
import { wiringOf } from "./wiring.js";

/** A way out of a loop that a step of its body takes: the loop ends with the item in hand and the run goes on at `target`. */
type Break = { port: string; target: string };

const none: readonly Break[] = [];

/** The breaks of a document's loops. */
export type LoopBreaks = {
  /** Those of one loop, each step behind it once; their ports are `break`, `break2` and so on. */
  of(loop: string): readonly Break[];
  /** The break that leads from a step to another: of the outermost loop it leaves. Null when it leaves none. */
  leaving(from: string, to: string): { loop: string; port: string } | null;
};

/**
 * Finds the edges that lead out of a loop without coming back to it: to a step that is also reached from outside of it.
 * Pure.
 */
export function loopBreaks(document: Document): LoopBreaks {
  const wiring = wiringOf(document);
  const around = loopsAround(wiring);
  const breaks = new Map<string, Break[]>();
  const left = (from: string, to: string): string | null => {
    const inside = around.get(from) ?? [];
    const there = around.get(to);
    if (there === undefined || inside.includes(to)) return null;
    return inside.find((loop, depth) => there[depth] !== loop) ?? null;
  };
  for (const { from, to } of [...wiring.out.values()].flat()) {
    const loop = left(from, to);
    if (loop === null) continue;
    const known = breaks.get(loop) ?? [];
    breaks.set(loop, known);
    if (!known.some(({ target }) => target === to))
      known.push({ port: known.length === 0 ? "break" : `break${known.length + 1}`, target: to });
  }
  // Most graphs have none, and are asked at every step.
  if (breaks.size === 0) return { of: () => none, leaving: () => null };
  return {
    of: (loop) => breaks.get(loop) ?? none,
    leaving(from, to) {
      const loop = left(from, to);
      const found = breaks.get(loop ?? "")?.find(({ target }) => target === to);
      return loop !== null && found ? { loop, port: found.port } : null;
    },
  };
}
