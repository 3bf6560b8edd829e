import { fieldOf, isObject } from "../shared/json.js";

/** The names along a dotted path: `items[0].sku` is `items`, `0`, `sku`. */
export function segmentsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}

/**
 * Follows own properties only, so `__proto__` and `constructor` lead nowhere. Where a name holds an id and its owner has
 * that record under `$related`, the path goes on there: `company` is the id, `company.industry` a field of the company.
 * A record found by a step has its fields below `values`; they are found without it as well.
 */
export function readSegments(root: unknown, segments: readonly string[]): unknown {
  let owner: unknown;
  let here = root;
  let name = "";
  for (const segment of segments) {
    if (here !== null && here !== undefined && typeof here !== "object") here = related(owner, name);
    if (here === null || typeof here !== "object") return undefined;
    owner = here;
    name = segment;
    here = Object.hasOwn(here, segment) ? (here as Record<string, unknown>)[segment] : fieldOf(here, segment);
  }
  return here;
}

function related(owner: unknown, name: string): unknown {
  if (!isObject(owner) || !Object.hasOwn(owner, "$related")) return undefined;
  const all = owner["$related"];
  return isObject(all) && Object.hasOwn(all, name) ? all[name] : undefined;
}
