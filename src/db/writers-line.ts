import pLimit from "p-limit";
import { isRetryable } from "./database-errors.js";
import { BUSY_MS } from "./sqlite-connections.js";

/**
 * The line in which the writers of this process wait for SQLite's one lock. While another process holds it, each tries
 * again until it has waited `patienceMs` since it came; then it gets the driver's SQLITE_BUSY, wherever it stands in line.
 */
export function writersLine(patienceMs = BUSY_MS): <T>(work: () => Promise<T>) => Promise<T> {
  const turn = pLimit(1);
  let busy: unknown = null;

  return async <T>(work: () => Promise<T>): Promise<T> => {
    const until = performance.now() + patienceMs;
    const inTurn = async () => {
      if (busy && performance.now() >= until) throw busy;
      try {
        const result = await work();
        busy = null;
        return result;
      } catch (error) {
        busy = isRetryable(error) ? error : null;
        throw error;
      }
    };
    for (;;) {
      try {
        return await turn(inTurn);
      } catch (error) {
        if (!isRetryable(error) || performance.now() >= until) throw error;
      }
    }
  };
}
