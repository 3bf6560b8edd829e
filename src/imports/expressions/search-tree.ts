import { isObject, type JsonObject } from "../../shared/json.js";
import { saidOf } from "../names/said.js";
import { entryOf } from "../names/table.js";
import { sayPlace } from "../texts/say.js";
import { Unmappable } from "../unmappable.js";

const turned: Record<string, string> = {
  equal: "equal",
  notEqual: "notEqual",
  greaterThan: "lessThan",
  lessThan: "greaterThan",
  greaterThanInclusive: "lessThanInclusive",
  lessThanInclusive: "greaterThanInclusive",
};

/**
 * A rule tree as a search takes it: a search asks of fields of its records only, so that what is compared with them from
 * elsewhere becomes a template. Throws Unmappable for what asks nothing of the records.
 */
export function forSearch(tree: JsonObject): JsonObject {
  for (const word of ["all", "any"]) {
    const inner = tree[word];
    if (Array.isArray(inner)) return { [word]: inner.filter(isObject).map(forSearch) };
  }
  if (isObject(tree["not"])) return { not: forSearch(tree["not"]) };
  const { fact, path, operator, value } = tree;
  if (fact === "record") return { ...tree, ...("value" in tree ? { value: fixed(value) } : {}) };
  const mirrored = entryOf(turned, saidOf(operator));
  if (!mirrored || !isObject(value) || value["fact"] !== "record")
    throw new Unmappable("A search asks about the fields of its records, and this asks about something else.");
  return { ...value, operator: mirrored, value: fixed({ fact, path }) };
}

function fixed(value: unknown): unknown {
  if (!isObject(value) || typeof value["fact"] !== "string" || ["record", "now"].includes(value["fact"])) return value;
  const names = saidOf(value["path"] ?? "")
    .split(/[.[\]]+/)
    .filter(Boolean);
  return `{{ ${sayPlace({ fact: value["fact"], path: names })} }}`;
}
