import { marks, type Param, type Sql, type SqlDialect } from "../../db/index.js";
import { inWindow, onDay, ordered, sameMoment, windowEdge } from "./date-sql.js";
import type { Expression } from "./expression.js";
import { instantIn, isDay, startOfDay } from "./moments.js";
import { all, any, compare, type Leaf, never, not, present } from "./sql-parts.js";

type Compile = (leaf: Leaf) => Sql;

/**
 * The operators a search understands, each with the meaning it has in `rules/`: a missing value makes a comparison false
 * (or unknown to SQL, which the caller takes for false). `isEmpty` is only ever asked of a row that is there.
 */
export const leafOperators: Record<string, Compile> = {
  equal,
  notEqual: (leaf) => butNot(leaf, leaf.value === null ? never : equal(leaf)),
  in: (leaf) => (Array.isArray(leaf.value) ? within(leaf) : never),
  notIn: (leaf) => (Array.isArray(leaf.value) ? butNot(leaf, within(leaf)) : never),
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
  hasAll: (leaf) => {
    const parts = list(leaf.value).map((one) => has(leaf, one));
    return all(leaf.left.type === "multiSelect" ? parts : [present(leaf.left), ...parts]);
  },
  hasNone: (leaf) => butNot(leaf, any(list(leaf.value).map((one) => has(leaf, one)))),
};

/** The negated operators need a value too; a multi-select always has one, if only the empty list. */
function butNot(leaf: Leaf, part: Sql): Sql {
  return leaf.left.type === "multiSelect" ? not(part) : all([present(leaf.left), not(part)]);
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

function sameText({ left, dialect, anyCase }: Leaf, value: unknown): Sql {
  const text = textOf(value, true);
  if (text === undefined || !fits(left, text)) return never;
  if (anyCase && left.type === "email") return dialect.inAnyCase(left, text);
  return left.plain ? compare(left, "=", text) : dialect.oneOf(left, [text]);
}

/** One IN for what has one spelling, however long the list; dates and lists are compared one by one. */
function within(leaf: Leaf): Sql {
  const { left } = leaf;
  const values = list(leaf.value).filter((one) => one !== null && one !== undefined);
  if (left.type === "number" || left.type === "money") return among(left, values.map(numberOf));
  if (["boolean", "date", "datetime", "multiSelect"].includes(left.type))
    return any(values.map((value) => equal({ ...leaf, value })));
  const texts = values
    .map((one) => textOf(one, true))
    .filter((text) => text !== undefined && fits(left, text)) as string[];
  if (left.plain || texts.length === 0) return among(left, texts);
  return leaf.dialect.oneOf(left, texts);
}

function among(left: Expression, values: (Param | undefined)[]): Sql {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? never : { sql: `${left.sql} IN (${marks(known)})`, params: [...left.params, ...known] };
}

/** False for text no such field can hold; it need not, or must not, be asked for. */
function fits(left: Expression, text: string): boolean {
  return !(left.ascii && !isAscii(text)) && !(left.plain && /\s$/.test(text));
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

function between(leaf: Leaf): Sql {
  const [low, high] = list(leaf.value);
  const { left, moment } = leaf;
  const start = bound({ ...leaf, value: low });
  const end = bound({ ...leaf, value: high });
  const until =
    left.type === "datetime" && isDay(high) && end !== undefined ? startOfDay(end, moment.zone, 1) - 1 : end;
  return all([ordered(leaf, ">=", start), ordered(leaf, "<=", until)]);
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
  return leaf.dialect.oneOf({ sql: `SUBSTR(${letters.sql}, -${[...text].length})`, params: letters.params }, [text]);
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
