import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Sequelize from "sequelize";
import { SequelizeStorage, Umzug } from "umzug";
import type { Database } from "./database.js";

/** The same name as in `config/database.cjs`, so that start-up and sequelize-cli keep one account. */
const MIGRATIONS_TABLE = "millrace_migrations";

type MigrationFile = {
  up(query: unknown, types: unknown): Promise<void>;
  down(query: unknown, types: unknown): Promise<void>;
};

/**
 * Brings the database up to the newest migration in `folder` (or, with `down`, takes every one back), the same files
 * sequelize-cli runs. Returns the names applied or reverted, in order.
 */
export async function migrate(db: Database, folder: string, down = false): Promise<string[]> {
  const load = createRequire(import.meta.url);
  const query = db.sequelize.getQueryInterface();
  const umzug = new Umzug({
    migrations: readdirSync(folder)
      .filter((name) => name.endsWith(".cjs"))
      .sort()
      .map((name) => {
        const file = () => load(join(folder, name)) as MigrationFile;
        return { name, up: () => file().up(query, Sequelize), down: () => file().down(query, Sequelize) };
      }),
    storage: new SequelizeStorage({ sequelize: db.sequelize, tableName: MIGRATIONS_TABLE }),
    logger: undefined,
  });
  const done = down ? await umzug.down({ to: 0 }) : await umzug.up();
  return done.map((migration) => migration.name);
}
