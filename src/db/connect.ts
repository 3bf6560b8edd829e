import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import * as sqlite3 from "@appthreat/sqlite3";
import { Sequelize } from "sequelize";
import { messageOf, Problem } from "../shared/errors.js";
import { createDatabase, type Database } from "./database.js";
import { keepConnections } from "./sqlite-connections.js";

/**
 * Connects to `sqlite:path/to/file` or `mysql://user:password@host:port/name` (MariaDB alike), with the settings that
 * durability needs: WAL and full synchronisation on SQLite; UTC, no local files and no multiple statements on MySQL.
 * Throws a Problem naming the URL's fault.
 */
export function connect(url: string, log: false | ((sql: string) => void) = false): Database {
  if (url.startsWith("sqlite:"))
    return createDatabase(sqliteFile(url.slice("sqlite:".length).replace(/^\/\/(?=\/)/, ""), log), true);
  if (/^(mysql|mariadb):\/\//.test(url))
    return createDatabase(mysqlServer(url.replace(/^mariadb:/, "mysql:"), log), true);
  throw new Problem(
    500,
    "configuration",
    `DATABASE_URL is "${url.split(":")[0]}:…"; it must begin with sqlite: or mysql://.`,
  );
}

/** The driver is CommonJS: what Sequelize needs is its default export. */
const driver = (sqlite3 as { default?: object }).default ?? sqlite3;

function sqliteFile(storage: string, log: false | ((sql: string) => void)): Sequelize {
  if (storage === "")
    throw new Problem(
      500,
      "configuration",
      "DATABASE_URL is sqlite: without a file, as in sqlite:var/millrace.sqlite.",
    );
  try {
    makeFolder(dirname(storage));
  } catch (error) {
    throw new Problem(
      500,
      "configuration",
      `The folder of the database ${storage} cannot be made: ${messageOf(error)}`,
    );
  }
  // A busy file is waited for by the driver, and by `createDatabase`: Sequelize would multiply both by five.
  const retry = { max: 1 };
  const sequelize = new Sequelize({ dialect: "sqlite", storage, dialectModule: driver, logging: log, retry });
  keepConnections(sequelize, storage);
  return sequelize;
}

/** Folder by folder: asked to make a whole path where none can be made, such as in /proc, Node tries for ever. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Two that start together make the same folder.
    if (!isFolder(path)) throw error;
  }
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Longest a transaction may stand still before the server ends it: longer than any statement of ours takes. */
const IDLE_TRANSACTION_S = 30;

function mysqlServer(url: string, log: false | ((sql: string) => void)): Sequelize {
  const sequelize = new Sequelize(url, {
    dialect: "mysql",
    timezone: "+00:00",
    logging: log,
    pool: { max: 12, min: 1, idle: 30_000, acquire: 30_000 },
    // The driver's own reading of values; Sequelize's casts every one of them by a function.
    dialectOptions: {
      typeCast: true,
      maxPreparedStatements: 500,
      supportBigNumbers: true,
      flags: ["-FOUND_ROWS", "-LOCAL_FILES"],
      multipleStatements: false,
      enableKeepAlive: true,
      charset: "utf8mb4",
    },
  });
  sequelize.addHook("afterConnect", (connection: unknown) => {
    const raw = connection as { query(sql: string, done: (error: Error | null) => void): void };
    return new Promise<void>((resolve, reject) => {
      raw.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", (error) => {
        if (error) reject(error);
        // A process that was stopped in the middle of a transaction must not hold its locks for ever. Only MariaDB can do
        // this itself; MySQL refuses the setting, and there such locks last until the connection breaks.
        else raw.query(`SET SESSION idle_transaction_timeout = ${IDLE_TRANSACTION_S}`, () => resolve());
      });
    });
  });
  return sequelize;
}
