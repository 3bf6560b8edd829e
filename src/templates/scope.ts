import type { JsonObject } from "../shared/json.js";

/** What a step's templates may see, as the runtime has it; whatever is left out does not exist for them. */
export type ScopeParts = {
  /** Values and `id`; related records under `$related`. Null in the global context. */
  record?: JsonObject | null;
  old?: JsonObject | null;
  changed?: readonly string[];
  trigger?: JsonObject;
  inputs?: JsonObject;
  /** By step key: `{ output, error, port }`. */
  steps?: JsonObject;
  vars?: JsonObject;
  loop?: JsonObject | null;
  run?: JsonObject;
  workspace?: JsonObject;
  automation?: JsonObject;
  user?: JsonObject;
  /** Only for configs of kinds that reach outside. */
  secrets?: Record<string, string>;
  /** The loops' own item variables, by name. */
  items?: JsonObject;
  /** Step keys by position, first to last, for `steps.1`; without it the order of `steps` counts. */
  stepKeys?: readonly string[];
  /** Milliseconds. */
  now?: number;
  timezone?: string;
  /** For `money` when it names no currency: an ISO code such as `EUR`. */
  currency?: string;
};

/** What templates render in: plain data, so that it can be handed to another thread. Make it with `createScope`. */
export type Scope = {
  /** The names a template may start a path with. */
  names: JsonObject;
  /** Names of last resort: the variables, also without `vars.`. */
  bare: JsonObject;
  stepKeys: readonly string[];
  now: number | undefined;
  timezone: string;
  currency: string | undefined;
};

/** Lays out the names of a template: `inputs` also as `input`, variables also bare, `now` as ISO text. */
export function createScope(parts: ScopeParts): Scope {
  const { items, secrets, stepKeys, now, timezone, currency, record, loop, ...others } = parts;
  const names: JsonObject = {};
  for (const [name, value] of Object.entries({ ...others, ...items })) {
    if (value !== undefined) names[name] = value;
  }
  if (record) names["record"] = record;
  if (loop) names["loop"] = loop;
  if (secrets) names["secrets"] = secrets;
  if (parts.inputs) names["input"] = parts.inputs;
  if (now !== undefined) names["now"] = new Date(now).toISOString();
  return {
    names,
    bare: parts.vars ?? {},
    stepKeys: stepKeys ?? Object.keys(parts.steps ?? {}),
    now,
    timezone: timezone ?? "UTC",
    currency,
  };
}
