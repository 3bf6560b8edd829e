import type { Param } from "./connection.js";
import { type Database, marks } from "./database.js";

/** A piece of SQL with its bound values, in the order of its `?`. */
export type Sql = { sql: string; params: Param[] };

/**
 * The few things both dialects write differently. On MySQL text compares without regard to blanks at its end, and a
 * host's columns perhaps without regard to case: bytes are to the letter.
 */
export type SqlDialect = {
  /** The end of a SELECT that locks its rows. SQLite has one writer at a time: its transactions hold every row already. */
  forUpdate: string;
  /** The same, leaving out rows that others hold. */
  skipLocked: string;
  /** A member of a JSON column, as text, as a number, or as JSON. */
  member(column: string, name: string, as: "text" | "number" | "json"): Sql;
  /** Text compared with an id: in the collation ids are kept in, so that the key of their table serves. */
  asId(text: Sql): Sql;
  /** True when text is one of the values, to the letter. */
  oneOf(text: Sql, values: readonly string[]): Sql;
  /** True when a text is that one, whatever the case of its letters. */
  inAnyCase(text: Sql, value: string): Sql;
  /** Text in which a search is to the letter, whatever the column's collation. */
  toTheLetter(text: Sql): Sql;
  /** True when a JSON list has that text as an element. */
  hasElement(list: Sql, value: string): Sql;
  /** How many elements a JSON list has. */
  lengthOf(list: Sql): Sql;
};

/** The dialect of this database. */
export function sqlDialect(db: Database): SqlDialect {
  return db.dialect === "sqlite" ? sqlite : mysql;
}

const sqlite: SqlDialect = {
  forUpdate: "",
  skipLocked: "",
  member: (column, name) => ({ sql: `json_extract(${column}, ?)`, params: [pathOf(name)] }),
  asId: (text) => text,
  oneOf: (text, values) => ({ sql: `${text.sql} IN (${marks(values)})`, params: [...text.params, ...values] }),
  inAnyCase: (text, value) => ({ sql: `LOWER(${text.sql}) = ?`, params: [...text.params, value.toLowerCase()] }),
  toTheLetter: (text) => text,
  hasElement: (list, value) => ({
    sql: `EXISTS (SELECT 1 FROM json_each(${list.sql}) WHERE json_each.value = ?)`,
    params: [...list.params, value],
  }),
  lengthOf: (list) => ({ sql: `json_array_length(${list.sql})`, params: list.params }),
};

const mysql: SqlDialect = {
  forUpdate: " FOR UPDATE",
  skipLocked: " FOR UPDATE SKIP LOCKED",
  member(column, name, as) {
    const json = `JSON_EXTRACT(${column}, ?)`;
    const sql =
      as === "json"
        ? `CAST(${json} AS CHAR)`
        : as === "text"
          ? `JSON_UNQUOTE(${json})`
          : `(JSON_UNQUOTE(${json}) + 0e0)`;
    return { sql, params: [pathOf(name)] };
  },
  asId: (text) => ({ sql: `CONVERT(${text.sql} USING ascii) COLLATE ascii_bin`, params: text.params }),
  oneOf: (text, values) => ({
    sql: `(${text.sql} IN (${marks(values)}) AND CAST(CONVERT(${text.sql} USING utf8mb4) AS BINARY) IN (${marks(values)}))`,
    params: [...text.params, ...values, ...text.params, ...values],
  }),
  inAnyCase: (text, value) => ({
    sql: `LOWER(CONVERT(${text.sql} USING utf8mb4)) COLLATE utf8mb4_bin = ?`,
    params: [...text.params, value.toLowerCase()],
  }),
  toTheLetter: (text) => ({ sql: `CONVERT(${text.sql} USING utf8mb4) COLLATE utf8mb4_bin`, params: text.params }),
  hasElement: (list, value) => ({
    sql: `JSON_CONTAINS(${list.sql}, ?)`,
    params: [...list.params, JSON.stringify(value)],
  }),
  lengthOf: (list) => ({ sql: `JSON_LENGTH(${list.sql})`, params: list.params }),
};

function pathOf(name: string): string {
  return `$.${name}`;
}
