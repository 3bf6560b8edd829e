import type { FieldError } from "../../shared/errors.js";
import { isObject } from "../../shared/json.js";

/** What is wrong with keys that become ports, of the cases or branches in `member`: each is there once, and none is `taken`. */
export function portKeyFaults(member: string, value: unknown, taken: readonly string[] = ["error"]): FieldError[] {
  const keys = Array.isArray(value) ? value.map((one: unknown) => (isObject(one) ? one["key"] : undefined)) : [];
  return keys.flatMap((key, at) => {
    const path = `${member}[${at}].key`;
    if (typeof key !== "string") return [];
    if (taken.includes(key))
      return [{ path, message: `"${key}" is the name of a port of its own. Choose another key.` }];
    if (keys.indexOf(key) < at) return [{ path, message: `"${key}" is used already; keys are unique.` }];
    return [];
  });
}
