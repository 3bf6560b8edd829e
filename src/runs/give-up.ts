import { rowAt } from "./step-row.js";
import type { Walk } from "./walk.js";

/**
 * Closes in the log what rests at the iterations given up, for a stable `reason`: waits, and loops under way. Nobody can
 * answer them any more, and an effect that was about to go out does not.
 */
export function giveUp(walk: Walk, reason: string, isGivenUp: (iteration: string) => boolean = () => true): void {
  const places = walk.state.ready.filter(({ iteration }) => isGivenUp(iteration));
  const loops = walk.state.loops.filter(({ iteration }) => isGivenUp(iteration));
  const resting = [
    ...places.flatMap(({ wait, ...position }) => (wait?.n === undefined ? [] : [{ n: wait.n, position }])),
    ...loops.map(({ n, key, iteration }) => ({ n, position: { key, iteration, attempt: 1 } })),
  ];
  for (const { n, position } of resting) {
    if (walk.endedRows.some((row) => row.n === n)) continue;
    const ended = { status: "skipped" as const, output: { reason }, finishedAt: walk.now() };
    const fresh = walk.newRows.find((row) => row.n === n);
    if (fresh) Object.assign(fresh, fresh.status === "failed" ? {} : ended);
    else walk.endedRows.push({ ...rowAt(n, position, "skipped", 0), ...ended });
  }
  walk.newRows = walk.newRows.filter(({ status, position }) => status !== "running" || !isGivenUp(position.iteration));
  walk.newWaits = walk.newWaits.filter(({ iteration }) => !isGivenUp(iteration));
  walk.endedWaits.push(...places.filter(({ wait }) => wait?.token));
}
