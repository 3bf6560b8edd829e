import type { RunState } from "./run.js";

/** The key a step goes by that row `n` of the log has under `key`, now that the run was moved to other versions. */
export function keyNow({ renamed = [] }: RunState, n: number, key: string): string {
  return renamed.reduce((now, move) => (n <= move.n ? (move.names[now] ?? now) : now), key);
}

/** `orders[3]/lines[0]` with its loops by other names. */
export function placeNow(iteration: string, name: (loop: string) => string): string {
  return iteration.replace(/[^/[]+(?=\[)/g, name);
}
