import { isObject } from "../../shared/json.js";

/** A place a condition reads, and where in the document it says so. */
export type ConditionPlace = { at: string; fact: string; path: string };

/** Every `fact` with a `path` in a tree, on both sides of its comparisons; whatever is not well formed is passed over. */
export function placesIn(tree: unknown, at: string): ConditionPlace[] {
  if (!isObject(tree)) return [];
  const inner = ["all", "any"].flatMap((word) => {
    const list = tree[word];
    return Array.isArray(list) ? list.flatMap((one, place) => placesIn(one, `${at}.${word}[${place}]`)) : [];
  });
  const not = isObject(tree["not"]) ? placesIn(tree["not"], `${at}.not`) : [];
  const value = isObject(tree["value"])
    ? placesIn({ fact: tree["value"]["fact"], path: tree["value"]["path"] }, `${at}.value`)
    : [];
  const { fact, path } = tree;
  const own =
    typeof fact === "string" && typeof path === "string" && path !== "" ? [{ at: `${at}.path`, fact, path }] : [];
  return [...inner, ...not, ...own, ...value];
}
