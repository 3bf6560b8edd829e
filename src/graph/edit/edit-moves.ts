import type { PortsOf } from "../check/check-graph.js";
import type { Document } from "../document.js";
import { wiringOf } from "../wiring.js";
import { edgesForward, mainPort, type Opening } from "./edit-steps.js";

/** Where a step goes when it is moved up or down along its branch; null where there is no such place. */
export type Moves = { up: Opening | null; down: Opening | null };

/**
 * Tells for every step where up and down are: before the one step that leads to it, behind the one its main port leads
 * to. Where ways meet there is no such step, since others would come to pass it too. Pure.
 */
export function movesIn(document: Document, portsOf: PortsOf): (key: string) => Moves {
  const wiring = wiringOf(document);
  const forward = new Map(document.steps.map(({ key }) => [key, edgesForward(wiring, key)]));
  return (key) => {
    const step = wiring.steps.get(key);
    const into = forward.get(key) ?? [];
    const [edge] = into;
    const main = step && mainPort(step, portsOf);
    const after = main === undefined ? undefined : wiring.steps.get(step?.next?.[main] ?? "");
    const port = after && mainPort(after, portsOf);
    const alone = after && after.key !== key && forward.get(after.key)?.length === 1;
    return {
      up: edge && into.length === 1 ? { before: edge.from } : null,
      down: after && alone && port !== undefined ? { from: after.key, port } : null,
    };
  };
}
