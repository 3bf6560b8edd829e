import { isObject } from "../shared/json.js";

/** The names along a dotted path: `items[0].sku` is `items`, `0`, `sku`. */
export function segmentsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}

/**
 * Follows own properties only, so `__proto__` and `constructor` lead nowhere. Where a name holds an id and its owner has
 * that record under `$related`, the path goes on there: `company` is the id, `company.industry` a field of the company.
 */
export function readSegments(root: unknown, segments: readonly string[]): unknown {
  let owner: unknown;
  let here = root;
  let name = "";
  for (const segment of segments) {
    if (here !== null && here !== undefined && typeof here !== "object") here = related(owner, name);
    if (here === null || typeof here !== "object" || !Object.hasOwn(here, segment)) return undefined;
    owner = here;
    name = segment;
    here = (here as Record<string, unknown>)[segment];
  }
  return here;
}

function related(owner: unknown, name: string): unknown {
  if (!isObject(owner) || !Object.hasOwn(owner, "$related")) return undefined;
  const all = owner["$related"];
  return isObject(all) && Object.hasOwn(all, name) ? all[name] : undefined;
}
