import type { Row } from "./connection.js";
import { type Database, quote, type Tx } from "./database.js";

const AT_ONCE = 300;

/** Adds each row's `column` to the row of the same key, which is made when there is none. */
export async function addTo(db: Database, table: string, rows: Row[], column: string, tx: Tx): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const name = quote(column);
  const more =
    db.dialect === "mysql"
      ? `ON DUPLICATE KEY UPDATE ${name} = ${name} + VALUES(${name})`
      : `ON CONFLICT DO UPDATE SET ${name} = ${name} + excluded.${name}`;
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const some = rows.slice(start, start + AT_ONCE);
    const group = `(${columns.map(() => "?").join(",")})`;
    await db.run(
      `INSERT INTO ${quote(table)} (${columns.map(quote).join(",")}) VALUES ${some.map(() => group).join(",")} ${more}`,
      some.flatMap((row) => columns.map((key) => row[key] ?? null)),
      tx,
    );
  }
}
