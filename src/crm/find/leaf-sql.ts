import type { Param } from "../../db/index.js";
import type { Sql, SqlDialect } from "../sql-dialect.js";
import type { Expression } from "./expression.js";
import { dayOf, edgeOf, instantIn, isDay, type Moment, startOfDay } from "./moments.js";

/** What a comparison is compiled with. */
export type Leaf = { left: Expression; value: unknown; moment: Moment; dialect: SqlDialect };

export const never: Sql = { sql: "1 = 0", params: [] };

type Compile = (leaf: Leaf) => Sql;
type Order = "<" | "<=" | ">" | ">=";

/**
 * The operators a search understands, each with the meaning it has in `rules/`: a missing value makes a comparison false
 * (or unknown to SQL, which the caller takes for false). `isEmpty` is only ever asked of a row that is there.
 */
export const leafOperators: Record<string, Compile> = {
  equal,
  notEqual: (leaf) => (leaf.value === null ? present(leaf.left) : butNot(leaf, equal(leaf))),
  in: (leaf) => within(leaf),
  notIn: (leaf) => butNot(leaf, within(leaf)),
  lessThan: (leaf) => ordered(leaf, "<", bound(leaf)),
  lessThanInclusive: (leaf) => ordered(leaf, "<=", bound(leaf)),
  greaterThan: (leaf) => ordered(leaf, ">", bound(leaf)),
  greaterThanInclusive: (leaf) => ordered(leaf, ">=", bound(leaf)),
  before: (leaf) => ordered(leaf, "<", instantIn(leaf.value, leaf.moment, true)),
  after: (leaf) => ordered(leaf, ">", instantIn(leaf.value, leaf.moment, true)),
  between,
  onDay,
  withinLast: (leaf) => inWindow(leaf, -1),
  withinNext: (leaf) => inWindow(leaf, 1),
  olderThan: (leaf) => ordered(leaf, "<", windowEdge(leaf, -1)),
  isEmpty: ({ left, dialect }) => empty(left, dialect),
  isNotEmpty: ({ left, dialect }) => not(empty(left, dialect)),
  contains: (leaf) => contains(leaf),
  notContains: (leaf) => butNot(leaf, contains(leaf)),
  doesNotContain: (leaf) => butNot(leaf, contains(leaf)),
  startsWith: (leaf) => positioned(leaf, "= 1"),
  endsWith,
  hasAny: (leaf) => any(list(leaf.value).map((one) => has(leaf, one))),
  hasAll: (leaf) => all(list(leaf.value).map((one) => has(leaf, one))),
  hasNone: (leaf) => butNot(leaf, any(list(leaf.value).map((one) => has(leaf, one)))),
};

/** All of them hold. */
export function all(parts: Sql[]): Sql {
  return joined(parts, " AND ", "1 = 1");
}

/** One of them holds. */
export function any(parts: Sql[]): Sql {
  return joined(parts, " OR ", "1 = 0");
}

/** It does not hold: what SQL does not know counts as not holding. */
export function not(part: Sql): Sql {
  return { sql: `NOT COALESCE((${part.sql}), 0)`, params: part.params };
}

function joined(parts: Sql[], word: string, otherwise: string): Sql {
  if (parts.length === 0) return { sql: otherwise, params: [] };
  return { sql: `(${parts.map((part) => part.sql).join(word)})`, params: parts.flatMap((part) => part.params) };
}

function present(left: Expression): Sql {
  return { sql: `${left.sql} IS NOT NULL`, params: left.params };
}

/** The negated operators need a value too; a multi-select always has one, if only the empty list. */
function butNot(leaf: Leaf, part: Sql): Sql {
  return leaf.left.type === "multiSelect" ? not(part) : all([present(leaf.left), not(part)]);
}

function compare(left: Expression, operator: string, param: Param): Sql {
  return { sql: `${left.sql} ${operator} ?`, params: [...left.params, param] };
}

function equal(leaf: Leaf): Sql {
  const { left, value, moment } = leaf;
  switch (left.type) {
    case "number":
    case "money": {
      const number = numberOf(value);
      return number === undefined ? never : compare(left, "=", number);
    }
    case "boolean": {
      const truth = truthOf(value);
      return truth === undefined ? never : compare(left, "=", truth ? 1 : 0);
    }
    case "date":
    case "datetime":
      return sameMoment(leaf, instantIn(value, moment));
    case "multiSelect":
      return Array.isArray(value) ? sameSet(leaf, value) : never;
    default:
      return sameText(leaf, value);
  }
}

function sameText({ left, dialect }: Leaf, value: unknown): Sql {
  const text = textOf(value, true);
  if (text === undefined || (left.ascii && !isAscii(text))) return never;
  if (!left.plain) return dialect.exactly(left, text);
  return /\s$/.test(text) ? never : compare(left, "=", text);
}

function within(leaf: Leaf): Sql {
  const values = list(leaf.value).filter((one) => one !== null && one !== undefined);
  const { left } = leaf;
  const texts = values
    .map((one) => textOf(one, true))
    .filter((text) => text !== undefined && !/\s$/.test(text) && (!left.ascii || isAscii(text)));
  if (left.plain && texts.length > 0) {
    return {
      sql: `${left.sql} IN (${texts.map(() => "?").join(",")})`,
      params: [...left.params, ...(texts as string[])],
    };
  }
  return any(values.map((value) => equal({ ...leaf, value })));
}

function sameSet(leaf: Leaf, wanted: unknown[]): Sql {
  const length = leaf.dialect.lengthOf(listIn(leaf.left));
  return all([
    ...wanted.map((one) => has(leaf, one)),
    { sql: `${length.sql} = ?`, params: [...length.params, wanted.length] },
  ]);
}

/** A number, or the instant of a date, to compare with. */
function bound({ left, value, moment }: Leaf): number | undefined {
  return left.type === "date" || left.type === "datetime" ? instantIn(value, moment) : numberOf(value);
}

/** Days are kept as text: the midnight of a day is under an instant when the day is, or when it is that very day. */
function ordered({ left, moment: { zone } }: Leaf, operator: Order, at: number | undefined): Sql {
  if (at === undefined) return never;
  if (left.type === "datetime") return compare(left, operator, left.dates === "date" ? new Date(at) : at);
  if (left.type !== "date") return compare(left, operator, at);
  const midnight = startOfDay(at, zone) === at;
  const dayOperator = operator === "<" && !midnight ? "<=" : operator === ">=" && !midnight ? ">" : operator;
  return compare(left, dayOperator, dayOf(at, zone));
}

function sameMoment(leaf: Leaf, at: number | undefined): Sql {
  return at === undefined ? never : all([ordered(leaf, ">=", at), ordered(leaf, "<=", at)]);
}

function between(leaf: Leaf): Sql {
  const [low, high] = list(leaf.value);
  const { left, moment } = leaf;
  const start = bound({ ...leaf, value: low });
  const end = bound({ ...leaf, value: high });
  const until =
    left.type === "datetime" && isDay(high) && end !== undefined ? startOfDay(end, moment.zone, 1) - 1 : end;
  return all([ordered(leaf, ">=", start), ordered(leaf, "<=", until)]);
}

function onDay(leaf: Leaf): Sql {
  const { left, value, moment } = leaf;
  const at = instantIn(value, moment, true);
  if (at === undefined) return never;
  if (left.type === "date") return compare(left, "=", isDay(value) ? value : dayOf(at, moment.zone));
  return all([ordered(leaf, ">=", startOfDay(at, moment.zone)), ordered(leaf, "<", startOfDay(at, moment.zone, 1))]);
}

function inWindow(leaf: Leaf, sign: 1 | -1): Sql {
  const now = leaf.left.type === "date" ? startOfDay(leaf.moment.now, leaf.moment.zone) : leaf.moment.now;
  const edge = windowEdge(leaf, sign);
  return sign === -1
    ? all([ordered(leaf, ">=", edge), ordered(leaf, "<=", now)])
    : all([ordered(leaf, ">=", now), ordered(leaf, "<=", edge)]);
}

/** A day lies in a window when any part of it does: its edge is the whole day then. */
function windowEdge({ left, value, moment }: Leaf, sign: 1 | -1): number {
  const edge = edgeOf(value as string | number, moment, sign);
  return left.type === "date" ? startOfDay(edge, moment.zone) : edge;
}

function empty(left: Expression, dialect: SqlDialect): Sql {
  const missing: Sql = { sql: `${left.sql} IS NULL`, params: left.params };
  switch (left.type) {
    case "number":
    case "money":
    case "boolean":
    case "date":
    case "datetime":
      return missing;
    case "multiSelect": {
      const length = dialect.lengthOf(listIn(left));
      return { sql: `${length.sql} = 0`, params: length.params };
    }
    case "json":
      return any([missing, { sql: `${left.sql} IN ('', '""', '[]', '{}')`, params: left.params }]);
    default:
      return any([missing, { sql: `LENGTH(${left.sql}) = 0`, params: left.params }]);
  }
}

function contains(leaf: Leaf): Sql {
  return leaf.left.type === "multiSelect" ? has(leaf, leaf.value) : positioned(leaf, "> 0");
}

/** Where a text begins in the field: the position INSTR gives, to the letter. */
function positioned({ left, value, dialect }: Leaf, where: "= 1" | "> 0"): Sql {
  const text = textOf(value, false);
  if (text === undefined || (left.ascii && !isAscii(text))) return never;
  const letters = dialect.toTheLetter(left);
  return { sql: `INSTR(${letters.sql}, ?) ${where}`, params: [...letters.params, text] };
}

function endsWith(leaf: Leaf): Sql {
  const text = textOf(leaf.value, false);
  if (text === undefined || (leaf.left.ascii && !isAscii(text))) return never;
  if (text === "") return present(leaf.left);
  const letters = leaf.dialect.toTheLetter(leaf.left);
  return leaf.dialect.exactly({ sql: `SUBSTR(${letters.sql}, -${[...text].length})`, params: letters.params }, text);
}

function has(leaf: Leaf, wanted: unknown): Sql {
  if (leaf.left.type !== "multiSelect") return typeof wanted === "string" ? sameText(leaf, wanted) : never;
  return typeof wanted === "string" ? leaf.dialect.hasElement(listIn(leaf.left), wanted) : never;
}

function listIn(left: Expression): Sql {
  return { sql: `COALESCE(${left.sql}, '[]')`, params: left.params };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "string" && !/^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*$/.test(value)) return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function truthOf(value: unknown): boolean | undefined {
  if (value === true || value === "true" || value === 1) return true;
  return value === false || value === "false" || value === 0 ? false : undefined;
}

function textOf(value: unknown, booleans: boolean): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || (booleans && typeof value === "boolean") ? String(value) : undefined;
}

/** An id column holds ASCII; MySQL refuses to compare it with anything else. */
function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole range of ASCII is meant.
  return /^[\x00-\x7f]*$/.test(text);
}
