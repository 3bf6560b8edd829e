import { isObject } from "../shared/json.js";

/** Where the values of related records lie, by relation field. Templates follow it and never see it. */
const key = "$related";

/** The record a relation field of `owner` points to, if it was loaded. */
export function relatedRecord(owner: unknown, name: unknown): unknown {
  if (!isObject(owner) || typeof name !== "string" || !Object.hasOwn(owner, key)) return undefined;
  const related = owner[key];
  return isObject(related) && Object.hasOwn(related, name) ? related[name] : undefined;
}

/** A value as it leaves a template: a record without the records it points to. */
export function withoutRelated(value: unknown): unknown {
  if (Array.isArray(value)) return value.some(hasRelated) ? value.map(withoutRelated) : value;
  if (!hasRelated(value)) return value;
  const { [key]: _, ...own } = value as Record<string, unknown>;
  return own;
}

/** JSON text of a value, records without the records they point to. `use` is told the size of each part as it is written. */
export function jsonOf(value: unknown, indent?: number, use?: (size: number) => void): string {
  const write = (name: string, inner: unknown): unknown => {
    if (name === key) return undefined;
    use?.(typeof inner === "string" ? inner.length : 2);
    return inner;
  };
  return JSON.stringify(value ?? null, write, indent) ?? "null";
}

function hasRelated(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, key);
}
