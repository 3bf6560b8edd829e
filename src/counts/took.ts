const STEPS = [1, 2, 3, 5, 7];
const DECADES = 11;

/** Where one class of durations ends and the next begins, in milliseconds: 1, 2, 3, 5, 7, 10 … up to some 22 years. */
const edges = Array.from({ length: DECADES * STEPS.length }, (_, at) => {
  const step = STEPS[at % STEPS.length] ?? 1;
  return step * 10 ** Math.floor(at / STEPS.length);
});

/** The class of a duration in milliseconds: how many edges it has reached. */
export function tookClass(ms: number): number {
  const at = edges.findIndex((edge) => ms < edge);
  return at < 0 ? edges.length : at;
}

/** The same in SQL, of an expression in milliseconds. */
export function tookClassSql(ms: string): string {
  return `(${edges.map((edge) => `(${ms} >= ${edge})`).join(" + ")})`;
}

/**
 * The duration in milliseconds that `share` of all (0.95 for p95) do not exceed, estimated from how many are in each class:
 * right to within the class, which is a factor of two at most. Null when there are none.
 */
export function tookPercentile(classes: ReadonlyMap<number, number>, share: number): number | null {
  const total = [...classes.values()].reduce((sum, n) => sum + n, 0);
  if (total <= 0) return null;
  let left = share * total;
  for (const [at, n] of [...classes].sort(([a], [b]) => a - b)) {
    if (n > 0 && left <= n) {
      const [from, to] = [edges[at - 1] ?? 0, edges[at] ?? (edges.at(-1) ?? 0) * 2];
      return Math.round(from + (to - from) * (left / n));
    }
    left -= n;
  }
  return edges.at(-1) ?? null;
}
