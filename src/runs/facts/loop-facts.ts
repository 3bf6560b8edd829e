import { iterationOf, outerOf } from "../../graph/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Walk } from "../walk.js";

/** What a step inside a loop may read of it: `loop.item`, `loop.index` and so on, and the loops' own item variables. */
export function loopFacts(walk: Walk, iteration: string): { loop?: JsonObject; items?: JsonObject } {
  const frame = walk.state.loops.find(
    ({ key, iteration: outer, index }) => iterationOf(key, outer, index) === iteration,
  );
  if (!frame) return {};
  const around = loopFacts(walk, outerOf(iteration));
  const item = walk.items.get(frame.n)?.[frame.index] ?? null;
  const { index, length } = frame;
  return {
    loop: { item, index, length, first: index === 0, last: index === length - 1, parent: around.loop ?? null },
    items: { ...around.items, ...(frame.itemVariable ? { [frame.itemVariable]: item } : {}) },
  };
}
