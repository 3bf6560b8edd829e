import { isObject, type JsonObject } from "../../../shared/json.js";

const DEEPEST = 40;
const MOST = 5_000;
const forbiddenKeys = new Set(["__proto__", "prototype", "constructor"]);

/**
 * A sent form as the tree its field names spell: `steps[0].config.to` becomes `{ steps: [{ config: { to } }] }`. Only
 * names under `prefix` count, and the value found there is returned; undefined when there is none. Gaps in a list close.
 * Names that are too deep, too many or that touch a prototype are left out.
 */
export function nested(body: unknown, prefix: string): unknown {
  if (!isObject(body)) return undefined;
  const root: JsonObject = {};
  for (const [name, value] of Object.entries(body).slice(0, MOST)) {
    if (name !== prefix && !name.startsWith(`${prefix}.`) && !name.startsWith(`${prefix}[`)) continue;
    const keys = name.split(/[.[\]]+/).filter(Boolean);
    if (keys.length > DEEPEST || keys.some((key) => forbiddenKeys.has(key))) continue;
    put(root, keys, value);
  }
  return prefix
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>((here, key) => (isObject(here) ? here[key] : undefined), lists(root));
}

/** What an editor's buttons send: `add:rows`, `group:rows`, `remove:rows[1]`, `up:rows[1]`, `down:rows[0]`, `copy:rows[0]`. */
export type RowAction = { verb: "add" | "group" | "remove" | "up" | "down" | "copy"; path: string };

/** Reads a button's value; null when it is none of these. */
export function rowAction(text: unknown): RowAction | null {
  const match = /^(add|group|remove|up|down|copy):([\w.[\]]{1,200})$/.exec(typeof text === "string" ? text : "");
  return match ? { verb: match[1] as RowAction["verb"], path: match[2] ?? "" } : null;
}

/**
 * Adds, removes or moves a row of the tree that `nested` returned for `prefix`; `action.path` is the field name of the
 * list (`add`, `group`) or of the row. A path that leads nowhere changes nothing. `empty` makes the new row.
 */
export function changeRows(
  root: JsonObject,
  prefix: string,
  action: RowAction,
  empty: (verb: "add" | "group") => JsonObject,
): void {
  if (action.path !== prefix && !action.path.startsWith(`${prefix}.`) && !action.path.startsWith(`${prefix}[`)) return;
  const keys = action.path
    .slice(prefix.length)
    .split(/[.[\]]+/)
    .filter(Boolean);
  if (keys.some((key) => forbiddenKeys.has(key))) return;
  const last = keys.at(-1) ?? "";
  const parent = keys.slice(0, -1).reduce<unknown>(step, root);
  if (action.verb === "add" || action.verb === "group") {
    if (!isObject(parent)) return;
    const list = Array.isArray(parent[last]) ? parent[last] : [];
    parent[last] = [...list, empty(action.verb)];
    return;
  }
  const at = Number(last);
  if (!Array.isArray(parent) || !Number.isInteger(at) || at < 0 || at >= parent.length) return;
  if (action.verb === "remove") parent.splice(at, 1);
  else if (action.verb === "copy") parent.splice(at + 1, 0, structuredClone(parent[at]));
  else move(parent, at, action.verb === "up" ? at - 1 : at + 1);
}

function move(list: unknown[], from: number, to: number): void {
  if (to < 0 || to >= list.length) return;
  const [row] = list.splice(from, 1);
  list.splice(to, 0, row);
}

function step(here: unknown, key: string): unknown {
  if (Array.isArray(here)) return here[Number(key)];
  return isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
}

function put(root: JsonObject, keys: string[], value: unknown): void {
  let here = root;
  for (const key of keys.slice(0, -1)) {
    if (!isObject(here[key])) here[key] = {};
    here = here[key] as JsonObject;
  }
  const last = keys.at(-1);
  if (last !== undefined && !isObject(here[last])) here[last] = value;
}

/** Objects whose keys are all numbers become lists, in the order of the numbers. */
function lists(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, lists(inner)] as const);
  if (entries.length > 0 && entries.every(([key]) => /^\d{1,4}$/.test(key))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, inner]) => inner);
  }
  return Object.fromEntries(entries);
}
