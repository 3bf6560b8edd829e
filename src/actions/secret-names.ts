import { typedSecrets } from "../effects/index.js";
import type { FieldError } from "../shared/errors.js";
import { isObject, type JsonObject } from "../shared/json.js";
import { secretsOf } from "../templates/index.js";
import type { ActionKind } from "./action.js";
import type { ActionTable } from "./room.js";

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

/** True for kinds that send their config somewhere and that is all: what a model is told comes back in its answers. */
export function maySendSecrets({ effect, kind }: Pick<ActionKind, "effect" | "kind">): boolean {
  return effect === "outside" && !/^(llm|agent|ai)\b/.test(kind);
}

/** Where a password, key or token was typed into a config that is sent: everybody who may read the automation can read it. */
export function typedInConfig(table: ActionTable, kind: string, config: JsonObject): FieldError[] {
  if (table.get(kind)?.effect !== "outside") return [];
  const message =
    "This looks like a password, key or token. Store it under Settings, Secrets, and write {{ secrets.its_name }} here: then nobody can read it, and no log shows it.";
  return typedSecrets(config).map((path) => ({ path, message }));
}
