import { createHash } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, type Database, type Dialect, migrate } from "../../src/db/index.js";
import { newId } from "../../src/shared/ids.js";
import { leaseSchema } from "./schema-pool.js";

/** The dialects this machine can test: SQLite always, MySQL or MariaDB when TEST_MYSQL_URL names a server. */
export const dialects: Dialect[] = process.env["TEST_MYSQL_URL"] ? ["sqlite", "mysql"] : ["sqlite"];

const migrations = fileURLToPath(new URL("../../migrations", import.meta.url));

export type TestDatabase = { db: Database; url: string; drop(): Promise<void> };

/** A database of its own, brought up to date unless `migrated` is false; `drop` closes it and gives it back. */
export function freshDatabase(dialect: Dialect, migrated = true): Promise<TestDatabase> {
  if (dialect === "sqlite") return sqliteFile(migrated);
  return migrated ? pooledSchema() : ownSchema();
}

async function sqliteFile(migrated: boolean): Promise<TestDatabase> {
  const file = join(folder(), `millrace_test_${newId().toLowerCase()}.sqlite`);
  if (migrated) copyFileSync(await template(), file, constants.COPYFILE_EXCL);
  return open(`sqlite:${file}`, () => removeFile(file));
}

async function pooledSchema(): Promise<TestDatabase> {
  const { name, release } = await leaseSchema(async (made) => {
    const db = connect(schemaUrl(made));
    await migrate(db, migrations);
    await db.sequelize.close();
  });
  return open(schemaUrl(name), release);
}

async function ownSchema(): Promise<TestDatabase> {
  const name = `millrace_test_${newId().toLowerCase()}`;
  const admin = connect(process.env["TEST_MYSQL_URL"] ?? "");
  await admin.run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  return open(schemaUrl(name), async () => {
    await admin.run(`DROP DATABASE ${name}`);
    await admin.sequelize.close();
  });
}

/** A database that is there already; `drop` closes it. */
export function openDatabase(url: string): TestDatabase {
  return open(url, () => undefined);
}

function open(url: string, giveBack: () => unknown): TestDatabase {
  const db = connect(url);
  return {
    db,
    url,
    async drop() {
      await db.sequelize.close();
      await giveBack();
    },
  };
}

function schemaUrl(name: string): string {
  const url = new URL(process.env["TEST_MYSQL_URL"] ?? "");
  url.pathname = `/${name}`;
  return url.href;
}

/** An up-to-date file to copy, made once for each state of the migrations. */
async function template(): Promise<string> {
  const hash = createHash("sha256");
  for (const from of [migrations, fileURLToPath(new URL("../../config", import.meta.url))])
    for (const file of readdirSync(from).sort()) hash.update(file).update(readFileSync(join(from, file)));
  const file = join(folder(), `millrace_tables_${hash.digest("hex").slice(0, 16)}.sqlite`);
  if (existsSync(file)) return file;
  const making = `${file}.${process.pid}`;
  const db = connect(`sqlite:${making}`);
  await migrate(db, migrations);
  // With its log written back, the one file is all there is to copy.
  await db.all("PRAGMA wal_checkpoint(TRUNCATE)");
  await db.sequelize.close();
  renameSync(making, file);
  removeFile(making);
  return file;
}

function removeFile(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
}

/** Memory where there is room in it: what a killed process has written stays, and no test pulls the plug. */
function folder(): string {
  const memory = "/dev/shm";
  if (process.env["TMPDIR"] || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 2 ** 30 ? memory : tmpdir();
}
