import type { Param, Sql, SqlDialect } from "../../db/index.js";
import type { Expression } from "./expression.js";
import type { Moment } from "./moments.js";

/** What a comparison is compiled with. */
export type Leaf = { left: Expression; value: unknown; moment: Moment; dialect: SqlDialect; anyCase?: boolean };

export const never: Sql = { sql: "1 = 0", params: [] };

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
  // SQLite takes a long chain for a deep tree and refuses it: many parts are joined in groups of groups.
  if (parts.length > 50) {
    const size = Math.ceil(parts.length / 50);
    const groups = Array.from({ length: Math.ceil(parts.length / size) }, (_, at) =>
      parts.slice(at * size, (at + 1) * size),
    );
    return joined(
      groups.map((group) => joined(group, word, otherwise)),
      word,
      otherwise,
    );
  }
  return { sql: `(${parts.map((part) => part.sql).join(word)})`, params: parts.flatMap((part) => part.params) };
}

/** It has a value. */
export function present(left: Expression): Sql {
  return { sql: `${left.sql} IS NOT NULL`, params: left.params };
}

/** A value against a bound one. */
export function compare(left: Expression, operator: string, param: Param): Sql {
  return { sql: `${left.sql} ${operator} ?`, params: [...left.params, param] };
}
