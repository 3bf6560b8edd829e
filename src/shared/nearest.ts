import { closest, distance } from "fastest-levenshtein";

/** The known name a mistyped one was probably meant to be, or undefined when none is close (a third of its length). */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(name, [...known]);
  return distance(name, best) <= Math.max(2, Math.ceil(name.length / 3)) ? best : undefined;
}

/** ` Did you mean "x"?` when a known name is near, else the known names if they are few. */
export function didYouMean(name: string, known: readonly string[]): string {
  const best = nearest(name, known);
  if (best) return ` Did you mean "${best}"?`;
  return known.length > 0 && known.length <= 12 ? ` Known: ${known.join(", ")}.` : "";
}
