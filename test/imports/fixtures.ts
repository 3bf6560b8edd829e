import { readdirSync, readFileSync } from "node:fs";
import type { JsonObject } from "../../src/shared/json.js";

const folder = new URL("fixtures/", import.meta.url);

/** Definitions as other systems write them, by name: the step-list form, the flat form, and its graph. */
export const definitions: ReadonlyMap<string, JsonObject> = new Map(
  readdirSync(folder)
    .sort()
    .map((file) => [file.replace(/\.json$/, ""), JSON.parse(readFileSync(new URL(file, folder), "utf8"))]),
);

/** One of them. */
export function definition(name: string): JsonObject {
  const found = definitions.get(name);
  if (!found) throw new Error(`There is no definition "${name}": ${[...definitions.keys()].join(", ")}.`);
  return found;
}
