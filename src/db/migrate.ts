import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Sequelize from "sequelize";
import type { Database } from "./database.js";
import { isRetryable } from "./database-errors.js";

/** The same name as in `config/database.cjs`, so that start-up and sequelize-cli keep one account. */
const MIGRATIONS_TABLE = "millrace_migrations";

/** How long a process that starts waits for another one's migration. */
const PATIENCE_S = 60;

type MigrationFile = {
  up(query: unknown, types: unknown): Promise<void>;
  down(query: unknown, types: unknown): Promise<void>;
};

/**
 * Brings the database up to the newest migration in `folder` (or, with `down`, takes every one back), the same files
 * sequelize-cli runs. Processes that start together wait for the first of them. Returns the names applied or reverted,
 * in order.
 */
export async function migrate(db: Database, folder: string, down = false): Promise<string[]> {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".cjs"))
    .sort();
  if (!down && (await areApplied(db, names))) return [];
  const load = createRequire(import.meta.url);
  const query = db.sequelize.getQueryInterface();
  // Loaded when it is needed: most starts find nothing to do, and it takes half a second and 10 MiB.
  const { SequelizeStorage, Umzug } = await import("umzug");
  const umzug = new Umzug({
    migrations: names.map((name) => {
      const file = () => load(join(folder, name)) as MigrationFile;
      return { name, up: () => file().up(query, Sequelize), down: () => file().down(query, Sequelize) };
    }),
    storage: new SequelizeStorage({ sequelize: db.sequelize, tableName: MIGRATIONS_TABLE }),
    logger: undefined,
  });
  const alone = db.dialect === "mysql" ? withNamedLock : inOneTransaction;
  const done = await alone(db, () => (down ? umzug.down({ to: 0 }) : umzug.up()));
  return done.map((migration) => migration.name);
}

/** False too when there is no account yet, or the database does not answer: what is done next says why. */
async function areApplied(db: Database, names: string[]): Promise<boolean> {
  const rows = await db.all(`SELECT name FROM ${MIGRATIONS_TABLE}`).catch(() => []);
  const applied = new Set(rows.map(({ name }) => name));
  return names.every((name) => applied.has(name));
}

/** MySQL commits every change of a table by itself, so a lock with a name keeps others out; one connection holds it. */
async function withNamedLock<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const name = "CONCAT('millrace.', LEFT(SHA1(DATABASE()), 40))";
  return db.inTransaction(async (tx) => {
    const row = await db.one(`SELECT GET_LOCK(${name}, ${PATIENCE_S}) AS held`, [], tx);
    if (Number(row?.["held"]) !== 1) throw new Error("Another process has been changing the tables for a minute.");
    try {
      return await work();
    } finally {
      await db.one(`SELECT RELEASE_LOCK(${name}) AS released`, [], tx);
    }
  });
}

/** Everything that names no transaction goes over one connection of SQLite: with this one open on it, all or nothing is done. */
async function inOneTransaction<T>(db: Database, work: () => Promise<T>): Promise<T> {
  await beginAlone(db);
  try {
    const result = await work();
    await db.run("COMMIT");
    return result;
  } catch (error) {
    await db.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function beginAlone(db: Database): Promise<void> {
  for (const end = performance.now() + PATIENCE_S * 1000; ; ) {
    try {
      await db.run("BEGIN IMMEDIATE");
      return;
    } catch (error) {
      if (!isRetryable(error) || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
