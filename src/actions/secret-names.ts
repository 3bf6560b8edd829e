import { isObject, type JsonObject } from "../shared/json.js";
import { secretsOf } from "../templates/index.js";

/**
 * The secrets a config names: in templates (`{{ secrets.erp_key }}`), and as the value of a member whose schema has the
 * hint `secret`.
 */
export function secretNames(config: JsonObject, schema: JsonObject): string[] {
  const chosen = hintedParts(config, schema, "secret").map(({ value }) => value);
  const plain = chosen.filter((name) => typeof name === "string" && name !== "" && !name.includes("{{"));
  return [...new Set([...secretsOf(config), ...(plain as string[])])];
}

/** The members of a config whose schema has this `x-hint`, with their paths. */
export function hintedParts(
  value: unknown,
  schema: unknown,
  hint: string,
  path = "",
): { path: string; value: unknown }[] {
  if (!isObject(schema) || value === undefined) return [];
  if (schema["x-hint"] === hint) return [{ path, value }];
  const { properties } = schema;
  if (!isObject(properties) || !isObject(value)) return [];
  return Object.entries(properties).flatMap(([name, part]) =>
    hintedParts(value[name], part, hint, path ? `${path}.${name}` : name),
  );
}
