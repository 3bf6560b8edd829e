import { isObject } from "../shared/json.js";
import { isTemplate } from "./parsed.js";

const maxDepth = 100;

/** Every text with something to render in a JSON value, and its dotted path below `path`. */
export function* everyText(value: unknown, path = "", depth = 0): Generator<{ path: string; text: string }> {
  if (typeof value === "string") {
    if (isTemplate(value)) yield { path, text: value };
  } else if (depth < maxDepth && Array.isArray(value)) {
    for (const [at, one] of value.entries()) yield* everyText(one, `${path}[${at}]`, depth + 1);
  } else if (depth < maxDepth && isObject(value)) {
    for (const [name, one] of Object.entries(value)) yield* everyText(one, path ? `${path}.${name}` : name, depth + 1);
  }
}
