import type { Document, Step } from "../document.js";
import { isWired } from "./compare-wires.js";

/**
 * Which steps changed places, a sentence each. In a graph the ports say what follows what, and only the first step is
 * first by its place. Pure.
 */
export function placeChanges(before: Document, after: Document, nameOf: (step: Step) => string): string[] {
  if (before.steps.some(isWired) && after.steps.some(isWired)) {
    const [was, is] = [before.steps[0], after.steps[0]];
    return was && is && was.key !== is.key ? [`It begins with “${nameOf(is)}” instead of “${nameOf(was)}”.`] : [];
  }
  return moved(before.steps, after.steps).map(
    (step) => `The step “${nameOf(step)}” moves to place ${after.steps.indexOf(step) + 1}.`,
  );
}

/** The steps that changed places: those outside the longest run of steps that stayed in their order. */
function moved(before: Step[], after: Step[]): Step[] {
  const placeOf = new Map(before.map(({ key }, at) => [key, at]));
  const common = after.filter(({ key }) => placeOf.has(key));
  const places = common.map(({ key }) => placeOf.get(key) ?? 0);
  const stayed: number[][] = [];
  for (const [at, place] of places.entries()) {
    const best =
      stayed.filter((run) => (places[run.at(-1) ?? 0] ?? 0) < place).sort((a, b) => b.length - a.length)[0] ?? [];
    stayed.push([...best, at]);
  }
  const longest = stayed.sort((a, b) => b.length - a.length)[0] ?? [];
  return common.filter((_step, at) => !longest.includes(at));
}
