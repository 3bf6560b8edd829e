import { fromColumn, type Param, type Row } from "../db/index.js";
import { isObject } from "../shared/json.js";
import type { Actor, Ancestor, Event, FieldChange } from "./event.js";

type Fits = (value: unknown) => boolean;

const isActor: Fits = (value) => isObject(value) && typeof value["type"] === "string";
const isValues: Fits = (value) => value === null || isObject(value);
const isChanges: Fits = (value) =>
  Array.isArray(value) && value.every((change) => isObject(change) && typeof change["field"] === "string");
const isLineage: Fits = (value) =>
  Array.isArray(value) && value.every((one) => isObject(one) && typeof one["automationId"] === "string");

/**
 * An event row as an Event. A part whose stored text is damaged is left empty and named in `unreadable`, so that one bad
 * row takes no list down; whoever decides by an event asks for that first.
 */
export function readEvent(row: Row): Event {
  const unreadable: string[] = [];
  const part = <T>(name: string, otherwise: T, fits: Fits): T => {
    const value = parsed(row[name], otherwise);
    if (value !== damaged && fits(value)) return value;
    unreadable.push(name);
    return otherwise;
  };
  const event: Event = {
    id: String(row["id"]),
    workspaceId: String(row["workspaceId"]),
    kind: String(row["kind"]),
    name: row["name"] as string | null,
    object: row["object"] as string | null,
    recordId: row["recordId"] as string | null,
    actor: part<Actor>("actor", { type: "system", id: null, name: "Millrace" }, isActor),
    changes: part<FieldChange[]>("changes", [], isChanges),
    record: part<Event["record"]>("record", null, isValues),
    data: part<Event["data"]>("data", {}, isObject),
    lineage: part<Ancestor[]>("lineage", [], isLineage),
    source: row["source"] as string | null,
    at: Number(row["at"]),
  };
  return unreadable.length > 0 ? { ...event, unreadable } : event;
}

const damaged = Symbol("damaged");

function parsed<T>(column: Param | undefined, otherwise: T): T | typeof damaged {
  try {
    return fromColumn<T>(column, otherwise);
  } catch {
    return damaged;
  }
}

/** Why nothing can be decided by an event: which of its parts are damaged. Null when it can be read. */
export function damageOf({ unreadable }: Event): string | null {
  return unreadable ? `Its stored ${unreadable.join(", ")} cannot be read any more: the text is damaged.` : null;
}
