import type { Document } from "../../../graph/index.js";
import { isObject, type JsonObject } from "../../../shared/json.js";
import { emptyCondition } from "../../pages/conditions/condition-values.js";
import { changeRows, rowAction } from "../../pages/forms/form-body.js";
import { ROOT } from "../root.js";

/**
 * What one of the form's buttons did to its rows, as far as the page must know: the name of the row it made or moved,
 * which is then in sight and open; where a kind of step is to be chosen; for which step names are to be offered.
 */
export type FormChange = { row: string | null; insert: number | null; pick: number | null };

const nothing: FormChange = { row: null, insert: null, pick: null };

/**
 * Carries out what a button says on the tree of a sent form, in place: `add:`, `group:`, `remove:`, `up:`, `down:`,
 * `copy:` and a row's name; `compare:` (with a value or a field) and `disable:` likewise; `trigger:<kind>` and
 * `row:` and a list's name adds an item to it; `step:<place>:<kind>` adds a step; `insert:<place>` and `pick:<place>` only ask for something. Anything else does nothing.
 */
export function changeForm(raw: JsonObject, button: string, was: Document): FormChange {
  const [verb = "", subject = "", more = ""] = /^(\w+):([^:]*)(?::(.*))?$/.exec(button)?.slice(1) ?? [];
  switch (verb) {
    case "trigger":
      return { ...nothing, row: addRow(raw, "triggers", undefined, subject, was.triggers) };
    case "step":
      return { ...nothing, row: addRow(raw, "steps", Number(subject), more, was.steps) };
    case "insert":
    case "pick":
      return /^\d{1,4}$/.test(subject) ? { ...nothing, [verb]: Number(subject) } : nothing;
    case "row":
      return { ...nothing, row: addItem(raw, subject) };
    case "compare":
    case "disable":
      toggle(raw, subject, verb);
      return { ...nothing, row: subject };
    default:
      return changeRow(raw, button, was);
  }
}

function changeRow(raw: JsonObject, button: string, was: Document): FormChange {
  const action = rowAction(button);
  if (!action) return nothing;
  changeRows(raw, ROOT, action, emptyCondition);
  const { verb, path } = action;
  const place = /^(.*)\[(\d+)\]$/.exec(path);
  const at = Number(place?.[2]);
  const moved = (to: number) => ({ ...nothing, row: `${place?.[1]}[${Math.max(0, to)}]` });
  if (verb === "copy") {
    renameCopy(raw, path, at + 1, was);
    return moved(at + 1);
  }
  if (verb === "up" || verb === "down") return moved(verb === "up" ? at - 1 : at + 1);
  return verb === "remove" ? nothing : { ...nothing, row: path };
}

/** A copy of a step or trigger has its own key, and is read over what the first one was drawn from. */
function renameCopy(raw: JsonObject, path: string, at: number, was: Document): void {
  const list = path.startsWith(`${ROOT}.steps[`) ? "steps" : path.startsWith(`${ROOT}.triggers[`) ? "triggers" : null;
  const row = list && Array.isArray(raw[list]) ? raw[list][at] : undefined;
  if (!list || !isObject(row) || typeof row["key"] !== "string") return;
  row["copyOf"] ??= row["key"];
  row["key"] = freshKey(row["key"].replace(/_\d+$/, ""), [...keysOf(raw[list]), ...was[list].map(({ key }) => key)]);
}

function addRow(
  raw: JsonObject,
  list: "steps" | "triggers",
  at: number | undefined,
  kind: string,
  was: { key: string }[],
): string | null {
  if (!/^[\w.]{1,64}$/.test(kind)) return null;
  const rows: unknown[] = Array.isArray(raw[list]) ? raw[list] : [];
  const place = at !== undefined && Number.isInteger(at) ? Math.min(Math.max(at, 0), rows.length) : rows.length;
  const key = freshKey(kind.replaceAll(".", "_"), [...keysOf(rows), ...was.map((one) => one.key)]);
  rows.splice(place, 0, { key, kind });
  raw[list] = rows;
  return `${ROOT}.${list}[${place}]`;
}

/** `email_send`, or `email_send_2` where that is taken. */
export function freshKey(base: string, taken: string[]): string {
  const name =
    base
      .toLowerCase()
      .replace(/[^a-z0-9_]/g, "_")
      .replace(/^[^a-z]+/, "") || "step";
  for (let n = 1; ; n++) {
    const key = n === 1 ? name.slice(0, 64) : `${name.slice(0, 60)}_${n}`;
    if (!taken.includes(key) && key !== "end") return key;
  }
}

function keysOf(rows: unknown): string[] {
  return (Array.isArray(rows) ? rows : []).filter(isObject).map((row) => String(row["key"]));
}

/** An empty item at the end of a list that is drawn row by row; gives its name. */
function addItem(raw: JsonObject, path: string): string {
  changeRows(raw, ROOT, { verb: "add", path }, () => ({ added: "true" }));
  const list = nodeAt(raw, path);
  return `${path}[${Array.isArray(list) ? list.length - 1 : 0}]`;
}

function nodeAt(raw: JsonObject, path: string): unknown {
  const keys = path
    .slice(ROOT.length)
    .split(/[.[\]]+/)
    .filter(Boolean);
  return keys.reduce<unknown>(
    (here, key) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, key) ? (here as JsonObject)[key] : undefined,
    raw,
  );
}

function toggle(raw: JsonObject, path: string, verb: "compare" | "disable"): void {
  const row = nodeAt(raw, path);
  if (!isObject(row)) return;
  if (verb === "disable") row["disabled"] = row["disabled"] === "true" ? "" : "true";
  else if (row["compares"] === "field") {
    delete row["compares"];
    delete row["field"];
  } else row["compares"] = "field";
}
