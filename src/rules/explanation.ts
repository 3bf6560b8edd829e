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

/** The names a leaf may give as its `fact`. */
export const factNames = [
  "record",
  "old",
  "changed",
  "trigger",
  "inputs",
  "steps",
  "vars",
  "loop",
  "run",
  "workspace",
  "now",
] as const satisfies readonly (keyof Facts)[];

/**
 * What a tree decided, and why: the same shape as the tree, each leaf with both values, hits and misses alike. Values
 * are JSON, copied and cut to a size fit for storing. `reason` says what could not be decided, and then `result` is false.
 */
export type Explanation =
  | { operator: "all" | "any" | "not"; result: boolean; conditions: Explanation[]; reason?: string }
  | {
      id?: string;
      fact: string;
      path?: string;
      operator: string;
      left: unknown;
      right: unknown;
      result: boolean;
      reason?: string;
    };
