/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object whose members are not yet known. */
export type JsonObject = Record<string, unknown>;

/** True for a plain object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field of a record that is at hand as it is handed out (`id`, `object`, `values`): `found.email` for `found.values.email`. */
export function fieldOf(owner: unknown, name: string): unknown {
  if (!isObject(owner) || !Object.hasOwn(owner, "object") || !Object.hasOwn(owner, "id")) return undefined;
  const { values } = owner;
  return isObject(values) && Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Reads a dotted path of own properties (`items[0].sku`, `company.name`); undefined where it leads nowhere. */
export function readPath(root: unknown, path: string): unknown {
  let here: unknown = root;
  for (const part of path.split(/[.[\]]+/).filter(Boolean)) {
    if (here === null || typeof here !== "object" || !Object.hasOwn(here, part)) return undefined;
    here = (here as JsonObject)[part];
  }
  return here;
}

/** JSON text with sorted keys: equal values give equal text, so it can be compared and hashed. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
