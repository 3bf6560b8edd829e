import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, type Database, type Dialect, migrate } from "../../src/db/index.js";
import { newId } from "../../src/shared/ids.js";

/** The dialects this machine can test: SQLite always, MySQL or MariaDB when TEST_MYSQL_URL names a server. */
export const dialects: Dialect[] = process.env["TEST_MYSQL_URL"] ? ["sqlite", "mysql"] : ["sqlite"];

const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));

export type TestDatabase = { db: Database; url: string; drop(): Promise<void> };

/** A database of its own, brought up to date; `drop` closes and removes it. */
export async function freshDatabase(dialect: Dialect, migrated = true): Promise<TestDatabase> {
  const name = `millrace_test_${newId().toLowerCase()}`;
  const fresh = dialect === "sqlite" ? sqliteFile(name) : await mysqlSchema(name);
  if (migrated) await migrate(fresh.db, migrations);
  return fresh;
}

function sqliteFile(name: string): TestDatabase {
  const file = join(tmpdir(), `${name}.sqlite`);
  const db = connect(`sqlite:${file}`);
  return {
    db,
    url: `sqlite:${file}`,
    async drop() {
      await db.sequelize.close();
      for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    },
  };
}

async function mysqlSchema(name: string): Promise<TestDatabase> {
  const server = new URL(process.env["TEST_MYSQL_URL"] ?? "");
  const admin = connect(server.href);
  await admin.run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  server.pathname = `/${name}`;
  const db = connect(server.href);
  return {
    db,
    url: server.href,
    async drop() {
      await db.sequelize.close();
      await admin.run(`DROP DATABASE ${name}`);
      await admin.sequelize.close();
    },
  };
}
