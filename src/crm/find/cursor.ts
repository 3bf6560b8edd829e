import type { Param, Sql } from "../../db/index.js";
import { invalid } from "../../shared/errors.js";
import { isId } from "../objects/storage.js";
import type { Expression } from "./expression.js";

/** One key of an order; the last one is always the record's id, so that no two records stand in one place. */
export type SortKey = { name: string; expression: Expression; descending: boolean };

/** Where a page ended: the last record's values by sort key, its id last. */
export type Place = (string | number | null)[];

/** A cursor as callers see it. It names the order it was made for, and nothing they could not read anyway. */
export function cursorAt(sort: string, place: Place): string {
  return Buffer.from(JSON.stringify([sort, ...place])).toString("base64url");
}

/** Reads a cursor back. 422 at `cursor` when it is not one of ours, or of another order. Its values are only ever bound. */
export function placeOf(cursor: string, sort: string, keys: SortKey[]): Place {
  const refused = invalid([
    { path: "cursor", message: "This cursor does not belong to this search. Begin again without one." },
  ]);
  if (cursor.length > 2000) throw refused;
  const place = parse(cursor);
  if (!Array.isArray(place) || place.length !== keys.length + 1 || place[0] !== sort || !isId(place.at(-1)))
    throw refused;
  const values = place.slice(1);
  if (!values.every((value, at) => fits(value, keys[at]))) throw refused;
  return values as Place;
}

/** What comes after a place in this order. Both dialects sort a missing value before every other one. */
export function after(place: Place, keys: SortKey[]): Sql {
  const [first, ...rest] = keys;
  const [value = null, ...values] = place;
  if (!first) return { sql: "1 = 0", params: [] };
  const { expression, descending } = first;
  const param = bind(value, expression);
  const beyond = passed(expression, descending, param);
  if (rest.length === 0) return beyond;
  const deeper = after(values, rest);
  const tie: Sql =
    param === null
      ? { sql: `${expression.sql} IS NULL`, params: expression.params }
      : { sql: `${expression.sql} = ?`, params: [...expression.params, param] };
  return {
    sql: `(${beyond.sql} OR (${tie.sql} AND ${deeper.sql}))`,
    params: [...beyond.params, ...tie.params, ...deeper.params],
  };
}

function passed({ sql, params }: Expression, descending: boolean, param: Param): Sql {
  if (param === null) return { sql: descending ? "1 = 0" : `${sql} IS NOT NULL`, params: descending ? [] : params };
  if (!descending) return { sql: `${sql} > ?`, params: [...params, param] };
  return { sql: `(${sql} < ? OR ${sql} IS NULL)`, params: [...params, param, ...params] };
}

function bind(value: string | number | null, { type, dates }: Expression): Param {
  return type === "datetime" && dates === "date" && typeof value === "number" ? new Date(value) : value;
}

function fits(value: unknown, key: SortKey | undefined): boolean {
  if (value === null) return true;
  const numeric = ["number", "money", "boolean", "datetime"].includes(key?.expression.type ?? "");
  return numeric ? Number.isFinite(value) : typeof value === "string";
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
