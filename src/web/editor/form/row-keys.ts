import { isObject, type JsonObject } from "../../../shared/json.js";
import { singular } from "../../pages/forms/schema-form.js";

/** Names that ports have already, so that no branch can be called so. */
const taken = ["default", "error", "end"];

/** Rows that must have a key and have none get one from their label, else from what the list is called: `case_2`. */
export function withRowKeys(rows: JsonObject[], list: string): JsonObject[] {
  const used = rows.map((row) => row["key"]);
  return rows.map((row, at) => {
    if (typeof row["key"] === "string" && row["key"] !== "") return row;
    const key = freeKey(String(row["label"] ?? ""), `${singular(list)}_${at + 1}`, [...used, ...taken]);
    used[at] = key;
    return { key, ...row };
  });
}

/**
 * How the keys of branches were changed by what a form sent: the old key of each drawn row with the new one, or null
 * when the row is gone. `raw` is what the list's field sent, `before` and `after` are the list itself.
 */
export function renamedKeys(raw: unknown, before: unknown, after: unknown): Map<string, string | null> {
  const renamed = new Map<string, string | null>();
  if (!isObject(raw) || raw["drawn"] !== "true" || !Array.isArray(before)) return renamed;
  const rows = [raw["rows"] ?? []].flat().filter(isObject);
  for (const [at, item] of before.entries()) {
    const old = isObject(item) ? item["key"] : undefined;
    if (typeof old !== "string") continue;
    const now: unknown = Array.isArray(after) ? after[rows.findIndex((row) => row["at"] === String(at))] : undefined;
    const key = isObject(now) ? now["key"] : undefined;
    if (key !== old) renamed.set(old, typeof key === "string" ? key : null);
  }
  return renamed;
}

/** `large` for a row called "Large", or `otherwise`, with a number where that is taken. */
function freeKey(label: string, otherwise: string, used: unknown[]): string {
  const word = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 50);
  for (let n = 1; ; n++) {
    const key = `${word || otherwise}${n > 1 ? `_${n}` : ""}`;
    if (!used.includes(key)) return key;
  }
}
