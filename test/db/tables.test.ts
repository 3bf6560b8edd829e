import { expect } from "chai";
import { type Database, definedTables } from "../../src/db/index.js";
import "../../src/index.js";
import { dialects, freshDatabase, type TestDatabase } from "../support/databases.js";

/** A column of a migrated table: `type` in the words of `config/columns.cjs`. */
type Found = { type: string; null: boolean; key: boolean; default: string | null };

describe("every model agrees with its migrated table", () => {
  for (const dialect of dialects) {
    describe(dialect, () => {
      let database: TestDatabase;
      before(async () => {
        database = await freshDatabase(dialect);
      });
      after(() => database.drop());

      it("in its columns, their types, what may be null, keys and defaults", async () => {
        const wrong: string[] = [];
        for (const { table, columns } of [...definedTables.values()].filter(isOurs)) {
          const found = await columnsIn(database.db, table);
          for (const name of new Set([...Object.keys(columns), ...found.keys()])) {
            const defined = columns[name];
            const said = defined && {
              type: sqlType(defined.kind, dialect),
              null: defined.allowNull === true,
              key: defined.primaryKey === true,
            };
            const { default: stored = null, ...real } = found.get(name) ?? {};
            if (JSON.stringify(said) !== JSON.stringify(found.has(name) ? real : undefined))
              wrong.push(`${table}.${name}: model ${JSON.stringify(said)}, table ${JSON.stringify(real)}`);
            if (stored !== null && String(asStored(defined?.defaultValue)) !== stored)
              wrong.push(`${table}.${name}: the table's default is ${stored}, the model's ${defined?.defaultValue}`);
          }
        }
        expect(wrong.join("\n")).to.equal("");
        expect(definedTables.size).to.be.greaterThan(0);
      });
    });
  }
});

/** Other tests define tables of their own. */
const isOurs = ({ table }: { table: string }) => !table.startsWith("test_");

const mysqlTypes: Record<string, string> = {
  longText: "longtext utf8mb4_bin",
  json: "longtext utf8mb4_bin",
  instant: "bigint",
  serial: "bigint",
  integer: "int",
  number: "double",
  money: "decimal(20,4)",
  boolean: "tinyint",
  date: "datetime",
};
const sqliteTypes: Record<string, string> = {
  longText: "TEXT",
  json: "TEXT",
  instant: "INTEGER",
  serial: "INTEGER",
  integer: "INTEGER",
  number: "DOUBLE",
  money: "DOUBLE",
  boolean: "TINYINT(1)",
  date: "DATETIME",
};

function sqlType(kind: string, dialect: string): string | undefined {
  const [, name = kind, length] = /^(\w+)\((\d+)\)$/.exec(kind) ?? [];
  if (dialect === "sqlite") return length ? `VARCHAR(${length})` : sqliteTypes[name];
  if (!length) return mysqlTypes[name];
  return `varchar(${length}) ${name === "code" ? "ascii_bin" : "utf8mb4_bin"}`;
}

async function columnsIn(db: Database, table: string): Promise<Map<string, Found>> {
  if (db.dialect === "sqlite") {
    const rows = await db.all(`PRAGMA table_info(${table})`);
    return new Map(
      rows.map((row) => [
        String(row["name"]),
        {
          // To SQLite all whole numbers are one type.
          type: String(row["type"]).replace(" PRECISION", "").replace("BIGINT", "INTEGER"),
          // The key that is counted up is never null, whatever it says.
          null: row["notnull"] === 0 && Number(row["pk"]) === 0,
          key: Number(row["pk"]) > 0,
          default: plain(row["dflt_value"]),
        },
      ]),
    );
  }
  const rows = await db.all(
    `SELECT column_name AS name, column_type AS type, collation_name AS collation, is_nullable AS may, column_key AS k,
            column_default AS preset FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?`,
    [table],
  );
  return new Map(
    rows.map((row) => [
      String(row["name"]),
      {
        // MySQL 8 shows no display width of whole numbers any more, MariaDB does.
        type: [String(row["type"]).replace(/^(\w*int)\(\d+\)/, "$1"), row["collation"]].filter(Boolean).join(" "),
        null: row["may"] === "YES",
        key: row["k"] === "PRI",
        default: plain(row["preset"]),
      },
    ]),
  );
}

/** A stored default as text: `'sent'` is sent, and no default is null however the server writes it. */
function plain(stored: unknown): string | null {
  if (stored === null || stored === undefined || stored === "NULL") return null;
  return String(stored).replace(/^'(.*)'$/, "$1");
}

function asStored(value: unknown): unknown {
  return typeof value === "boolean" ? Number(value) : value;
}
