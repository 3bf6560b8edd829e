import type { Document, Step } from "../../graph/index.js";

/** Cards nearer to each other than this, both ways, lie upon one another. In pixels. */
const [WIDE, HIGH] = [120, 40];

/**
 * Where the steps lie, when that makes a picture: every step has a place, and no two share one. Undefined otherwise, so
 * that the editor lays them out itself.
 */
export function layoutOf(
  steps: readonly Step[],
  places: ReadonlyMap<string, { x: number; y: number }>,
): Document["layout"] | undefined {
  const layout = steps.flatMap(({ key }) => {
    const at = places.get(key);
    return at ? [[key, at] as const] : [];
  });
  const apart = layout.every(([, a], n) =>
    layout.slice(n + 1).every(([, b]) => Math.abs(a.x - b.x) >= WIDE || Math.abs(a.y - b.y) >= HIGH),
  );
  return layout.length === steps.length && layout.length > 0 && apart ? Object.fromEntries(layout) : undefined;
}
