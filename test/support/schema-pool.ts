import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import pLimit from "p-limit";
import { newId } from "../../src/shared/ids.js";

// Making the tables takes a server seconds, emptying them milliseconds: the worlds of a test run take turns with a few
// schemas. Each is leased by a named lock, which ends with the process that holds it, and is emptied when it is taken,
// so that a test that died leaves nothing to the next one.

/** Processes of one `npm test` share their schemas, and its end drops them; a process on its own drops what it made. */
const { TEST_RUN_ID: shared } = process.env;
const prefix = `millrace_test_${shared ?? newId().toLowerCase()}`;
/** Says which schemas are complete, and keeps the rows that migrations themselves have written. */
const kept = `${prefix}_kept`;

export type Leased = { name: string; release(): Promise<void> };

let connected: Promise<Connection> | undefined;
const mine = new Set<string>();
const oneByOne = pLimit(1);

/** A schema with all tables and only the migrations' own rows; `build` makes the tables the first time. */
export function leaseSchema(build: (name: string) => Promise<void>): Promise<Leased> {
  return oneByOne(async () => {
    for (let number = 1; ; number++) {
      const name = `${prefix}_${number}`;
      if (mine.has(name) || !(await isOurs(name))) continue;
      mine.add(name);
      if (await isComplete(name)) await clean(name);
      else await make(name, build);
      return { name, release: () => oneByOne(() => release(name)) };
    }
  });
}

async function release(name: string): Promise<void> {
  await ask("SELECT RELEASE_LOCK(?)", [name]);
  mine.delete(name);
}

async function isOurs(name: string): Promise<boolean> {
  return (await ask("SELECT GET_LOCK(?, 0) AS got", [name]))[0]?.["got"] === 1;
}

async function isComplete(name: string): Promise<boolean> {
  await ask(`CREATE DATABASE IF NOT EXISTS ${kept}`);
  for (const list of ["complete", "expected"])
    await ask(`CREATE TABLE IF NOT EXISTS ${kept}.${list} (name VARCHAR(64) PRIMARY KEY)`);
  return (await ask(`SELECT name FROM ${kept}.complete WHERE name = ?`, [name])).length > 0;
}

async function make(name: string, build: (name: string) => Promise<void>): Promise<void> {
  await ask(`DROP DATABASE IF EXISTS ${name}`);
  await ask(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await build(name);
  const tables = await tablesOf(name);
  for (const table of tables) await ask(`INSERT IGNORE INTO ${kept}.expected VALUES (?)`, [table]);
  for (const table of await filled(name, tables))
    await ask(`CREATE TABLE IF NOT EXISTS ${kept}.${table} AS SELECT * FROM ${name}.${table}`);
  await ask(`INSERT INTO ${kept}.complete VALUES (?)`, [name]);
}

/** Ends what a dead process left behind, drops what a test has added, and empties what it has filled. */
async function clean(name: string): Promise<void> {
  const others = await ask("SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = ?", [name]);
  for (const { id } of others) await ask(`KILL ${id}`).catch(() => undefined);
  const expected = (await ask(`SELECT name FROM ${kept}.expected`)).map((row) => String(row["name"]));
  const seeded = await tablesOf(kept);
  await ask("SET foreign_key_checks = 0");
  for (const table of await tablesOf(name)) if (!expected.includes(table)) await ask(`DROP TABLE ${name}.\`${table}\``);
  for (const table of await filled(name, expected)) {
    await ask(`DELETE FROM ${name}.${table}`);
    if (seeded.includes(table)) await ask(`INSERT INTO ${name}.${table} SELECT * FROM ${kept}.${table}`);
    else await ask(`ALTER TABLE ${name}.${table} AUTO_INCREMENT = 1`);
  }
}

async function tablesOf(schema: string): Promise<string[]> {
  const rows = await ask("SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?", [schema]);
  return rows.map(({ name }) => String(name));
}

async function filled(schema: string, tables: string[]): Promise<string[]> {
  const looks = tables.map((table) => `SELECT '${table}' AS name, EXISTS (SELECT 1 FROM ${schema}.${table}) AS filled`);
  const rows = await ask(looks.join(" UNION ALL "));
  return rows.filter((row) => row["filled"] === 1).map(({ name }) => String(name));
}

async function ask(sql: string, params: string[] = []): Promise<RowDataPacket[]> {
  connected ??= createConnection({ uri: process.env["TEST_MYSQL_URL"] ?? "" });
  const [rows] = await (await connected).query<RowDataPacket[]>(sql, params);
  return rows;
}

export const mochaHooks = {
  async afterAll(): Promise<void> {
    if (!connected) return;
    if (!shared) {
      const rows = await ask("SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA");
      for (const { name } of rows) if (String(name).startsWith(prefix)) await ask(`DROP DATABASE ${name}`);
    }
    await (await connected).end();
  },
};
