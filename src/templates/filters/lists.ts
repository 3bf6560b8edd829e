import type { Context } from "liquidjs";
import { canonicalJson } from "../../shared/json.js";
import { isBlank, wrongInput } from "./filter-error.js";
import { total } from "./numbers.js";

type This = { context: Context };

/** The value under a path of every item, null where there is none: `{{ steps.find.output.records | pluck: "company.name" }}`. */
export function* pluck(this: This, value: unknown, path: unknown): Generator<unknown, unknown[], unknown> {
  return yield* valuesAt(this.context, "pluck", value, path);
}

/** Each value once, the first of its kind; with a path, items are alike when what lies there is. */
export function* unique(this: This, value: unknown, path?: unknown): Generator<unknown, unknown[], unknown> {
  const items = listOf(this.context, "unique", value);
  const keys = path === undefined ? items : yield* valuesAt(this.context, "unique", items, path);
  const seen = new Set<string>();
  return items.filter((_, at) => {
    const key = canonicalJson(keys[at] ?? null);
    return seen.size < seen.add(key).size;
  });
}

/** The total of a list of numbers, or of what lies under a path of its items. Blanks and texts that are no numbers add nothing. */
export function* sum(this: This, value: unknown, path?: unknown): Generator<unknown, number, unknown> {
  const values =
    path === undefined ? listOf(this.context, "sum", value) : yield* valuesAt(this.context, "sum", value, path);
  return total(values);
}

function* valuesAt(
  context: Context,
  filter: string,
  value: unknown,
  path: unknown,
): Generator<unknown, unknown[], unknown> {
  const values: unknown[] = [];
  for (const item of listOf(context, filter, value)) {
    const found: unknown = yield context._getFromScope(item, String(path), false);
    values.push(found ?? null);
  }
  return values;
}

function listOf(context: Context, filter: string, value: unknown): unknown[] {
  if (isBlank(value)) return [];
  if (!Array.isArray(value)) throw wrongInput(filter, "a list");
  context.memoryLimit.use(value.length);
  return value;
}
