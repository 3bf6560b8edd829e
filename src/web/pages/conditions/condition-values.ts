import { operators } from "../../../rules/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { typedValue } from "../forms/typed-value.js";

/**
 * What a builder sent, as the tree to store. A row without a field stays, so that it can be drawn again;
 * `withoutBlankRows` takes it out before anything is stored. `readItem` may read a row or inner group in another way.
 */
export function readConditions(
  raw: JsonObject,
  readItem: (item: JsonObject) => JsonObject = readCondition,
): JsonObject {
  const items = [raw["items"] ?? []]
    .flat()
    .filter(isObject)
    .map((item) => readItem(item));
  if (raw["join"] === "none") return { not: { any: items } };
  return raw["join"] === "any" ? { any: items } : { all: items };
}

/** One row or inner group of it. */
export function readCondition(raw: JsonObject): JsonObject {
  return "join" in raw ? readConditions(raw) : readLeaf(raw);
}

/** What the builder's buttons put in: a row, or an inner group with one. */
export function emptyCondition(verb: "add" | "group"): JsonObject {
  return verb === "group" ? { join: "any", items: [{ fact: "" }] } : { fact: "" };
}

/** The tree without rows that ask nothing at all, and without inner groups that are empty for that reason. */
export function withoutBlankRows(tree: JsonObject): JsonObject {
  const kept = (node: unknown): unknown[] => {
    if (!isObject(node)) return [node];
    const inner = withoutBlankRows(node);
    const join = ["all", "any"].find((word) => Array.isArray(inner[word]));
    const emptied = join && (inner[join] as unknown[]).length === 0 && (node[join] as unknown[]).length > 0;
    const blank = inner["fact"] === "" && [undefined, null, ""].includes(inner["value"] as null);
    return emptied || blank ? [] : [inner];
  };
  for (const join of ["all", "any"])
    if (Array.isArray(tree[join])) return { ...tree, [join]: tree[join].flatMap(kept) };
  return isObject(tree["not"]) ? { ...tree, not: withoutBlankRows(tree["not"]) } : tree;
}

function readLeaf(raw: JsonObject): JsonObject {
  const { fact, path } = placeOf(raw["fact"]);
  const id = String(raw["id"] ?? "");
  const operator = String(raw["operator"] ?? "equal");
  return { ...(id && { id }), fact, ...(path && { path }), operator, value: comparedWith(raw, operator) };
}

function placeOf(text: unknown): { fact: string; path: string } {
  const [fact = "", ...rest] = String(text ?? "").split(":");
  return { fact, path: rest.join(":") };
}

/** The value in the shape its operator takes, also when the operator was changed after the value was typed. */
function comparedWith(raw: JsonObject, operator: string): unknown {
  const shape = operators.find(({ name }) => name === operator)?.value ?? "single";
  if (shape === "none") return null;
  if (raw["compares"] === "field") {
    const { fact, path } = placeOf(raw["field"] ?? "record:");
    return { fact: fact || "record", ...(path && { path }) };
  }
  const typed = typeof raw["list"] === "string" ? readList(raw["list"]) : [raw["value"] ?? []].flat();
  if (shape === "range") return [guess(typed[0]), guess(raw["upTo"] ?? typed[1])];
  const several = Array.isArray(raw["value"]) || typeof raw["list"] === "string";
  if (shape === "list")
    return typeof typed[0] === "string" && isOnlyTemplate(typed)
      ? typed[0]
      : typed.map(guess).filter((one) => one !== null);
  return several && typed.length > 1 ? typed.map(guess) : guess(typed[0]);
}

const isOnlyTemplate = (typed: unknown[]) => typed.length === 1 && /^\{\{[^{}]*\}\}$/.test(String(typed[0]).trim());

function readList(text: string): unknown[] {
  if (text.trim().startsWith("[")) {
    try {
      return [JSON.parse(text) as unknown].flat();
    } catch {
      // Not JSON after all: then the commas count.
    }
  }
  if (isOnlyTemplate([text])) return [text.trim()];
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

/** Numbers and booleans are stored as what they are; the rules compare by the field's type all the same. */
function guess(raw: unknown): unknown {
  if (raw !== undefined && raw !== null && typeof raw !== "string") return raw;
  const text = raw ?? "";
  if (/^-?(0|[1-9]\d{0,14})(\.\d{0,8}[1-9])?$/.test(text) && text !== "-0") return Number(text);
  return typedValue(text, text === "true" || text === "false" ? { type: "boolean" } : undefined);
}
