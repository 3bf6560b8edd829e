import type { Database } from "./database.js";

/** SQL for one member of every item of a list in a JSON column, as JSON text: `["wait","mail"]`. Null where the column is. */
export function membersOfList(db: Database, column: string, list: string, member: string): string {
  if (![column, list, member].every((name) => /^\w+$/.test(name)))
    throw new RangeError(`${column}.${list}.${member} is not a place in a column.`);
  return db.dialect === "mysql"
    ? `CAST(JSON_EXTRACT(${column}, '$.${list}[*].${member}') AS CHAR)`
    : `(SELECT json_group_array(json_extract(value, '$.${member}')) FROM json_each(${column}, '$.${list}'))`;
}
