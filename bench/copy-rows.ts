import { type Database, type Param, quote, type Row } from "../src/db/index.js";

/** Rows one statement makes. */
const AT_ONCE = 20_000;

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Expressions for columns that differ from row to row, over the row's number `n`; the other columns stay as they were. */
export type Own = Record<string, string>;

/** SQL that both dialects understand, about the numbers of rows that are made. */
export type RowSql = {
  /** An id as ours are, of an instant in milliseconds and a number that tells it from others of that instant. */
  id(ms: string, number: string): string;
  /** A day such as 20261201 (UTC) of an instant in milliseconds. */
  day(ms: string): string;
  /** A whole number divided by another. */
  div(number: string, by: number): string;
};

/** The pieces of SQL for one database. */
export function rowSql({ dialect }: Database): RowSql {
  const concat = (parts: string[]) => (dialect === "mysql" ? `CONCAT(${parts.join(",")})` : parts.join(" || "));
  const digits = (value: string, length: number) =>
    Array.from({ length }, (_, at) => `SUBSTR('${ALPHABET}', ((${value}) >> ${5 * (length - 1 - at)}) % 32 + 1, 1)`);
  return {
    id: (ms, number) => concat([...digits(ms, 10), "'F111111111'", ...digits(number, 6)]),
    day: (ms) =>
      dialect === "mysql"
        ? `DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL ((${ms}) DIV 1000) SECOND), '%Y%m%d') + 0`
        : `CAST(strftime('%Y%m%d', (${ms}) / 1000, 'unixepoch') AS INTEGER)`,
    div: (number, by) => `((${number}) ${dialect === "mysql" ? "DIV" : "/"} ${by})`,
  };
}

/**
 * Makes a row for each number from `from` up to `to` (exclusive) that `where` holds for, after the pattern of one that
 * was made the usual way, so that every column holds what it holds in life. Returns how many.
 */
export async function copyRows(
  db: Database,
  table: string,
  pattern: Row,
  own: Own,
  { from = 0, to, where = "1 = 1" }: { from?: number; to: number; where?: string },
): Promise<number> {
  const columns = Object.keys(pattern);
  const bound = columns.filter((column) => !(column in own));
  const params: Param[] = bound.map((column) => pattern[column] ?? null);
  let made = 0;
  for (let start = from; start < to; start += AT_ONCE) {
    const { changes } = await db.run(
      `INSERT INTO ${quote(table)} (${columns.map(quote).join(",")})
       SELECT ${columns.map((column) => own[column] ?? "?").join(",")} FROM ${numbers(start, Math.min(to, start + AT_ONCE))} WHERE ${where}`,
      params,
    );
    made += changes;
  }
  return made;
}

/** The numbers from `from` up to `to` as a table with one column `n`; at most 100,000 of them. */
function numbers(from: number, to: number): string {
  const digits = `(SELECT 0 AS d ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `UNION ALL SELECT ${digit}`).join(" ")})`;
  const count = to - from;
  const places = Math.max(1, Math.ceil(Math.log10(count)));
  const at = Array.from({ length: places }, (_, place) => place);
  const sum = at.map((place) => `d${place}.d * ${10 ** place}`).join(" + ");
  const joined = at.map((place) => `${digits} d${place}`).join(" CROSS JOIN ");
  return `(SELECT ${from} + ${sum} AS n FROM ${joined} WHERE ${sum} < ${count}) numbers`;
}
