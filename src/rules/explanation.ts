import type { JsonObject } from "../shared/json.js";

/** A json-rules-engine tree as stored: `{ all | any: […] }`, `{ not: … }` or a leaf `{ id?, fact, path?, operator, value }`. */
export type Conditions = JsonObject;

/**
 * The snapshot a tree reads. `record` holds the values by field name and `id`; the values of related records lie under
 * its `$related` by relation field, so `company` is an id and `company.industry` follows it.
 */
export type Facts = {
  record?: JsonObject | null;
  old?: JsonObject | null;
  changed?: string[];
  trigger?: JsonObject;
  inputs?: JsonObject;
  steps?: JsonObject;
  vars?: JsonObject;
  loop?: JsonObject | null;
  run?: JsonObject;
  workspace?: JsonObject;
  now?: number;
};

/** What a tree decided, and why: the same shape as the tree, each leaf with both values. Hits and misses alike. */
export type Explanation =
  | { operator: "all" | "any" | "not"; result: boolean; conditions: Explanation[] }
  | { id?: string; fact: string; path?: string; operator: string; left: unknown; right: unknown; result: boolean; reason?: string };
