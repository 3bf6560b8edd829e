import type { Database, Row } from "../../src/db/index.js";
import { newId } from "../../src/shared/ids.js";

/** A row of a table with what is `given`; every other column that must not be empty gets a value of its type. */
export async function filledRow(db: Database, table: string, given: Row): Promise<Row> {
  const columns = await db.sequelize.getQueryInterface().describeTable(table);
  const row: Row = {};
  for (const [name, { type, allowNull, defaultValue, autoIncrement }] of Object.entries(columns)) {
    if (name in given) row[name] = given[name] ?? null;
    else if (!allowNull && !autoIncrement && (defaultValue === null || defaultValue === undefined))
      row[name] = /CHAR/i.test(type)
        ? newId().slice(-lengthOf(type))
        : /TEXT/i.test(type)
          ? "{}"
          : /DATE/i.test(type)
            ? new Date()
            : 0;
  }
  return row;
}

const lengthOf = (type: string) => Math.min(Number(/\((\d+)\)/.exec(type)?.[1] ?? 26), 26);
