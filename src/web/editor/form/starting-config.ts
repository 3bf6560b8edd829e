import type { ActionKind } from "../../../actions/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { withRowKeys } from "./row-keys.js";

/** What a step of a kind begins with: as many branches as it must have, so that they can be connected at once. */
export function startingConfig(action: ActionKind | undefined): JsonObject {
  const properties = isObject(action?.config["properties"]) ? action.config["properties"] : {};
  const lists = Object.entries(properties).flatMap(([name, part]): [string, JsonObject[]][] => {
    const items = isObject(part) && isObject(part["items"]) ? part["items"] : {};
    const inner = isObject(items["properties"]) ? items["properties"] : {};
    const least = isObject(part) ? Number(part["minItems"] ?? 0) : 0;
    if (!inner["key"] || least === 0) return [];
    const row = inner["weight"] ? { weight: 1 } : {};
    return [
      [
        name,
        withRowKeys(
          Array.from({ length: least }, () => ({ ...row })),
          name,
        ),
      ],
    ];
  });
  return Object.fromEntries(lists);
}
