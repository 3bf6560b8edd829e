// `node scripts/empty-schema.mjs mysql://root@127.0.0.1:3306/name [--keep]` makes the schema, emptying it unless --keep.
import mysql from "mysql2/promise";

const url = new URL(process.argv[2] ?? "");
const name = url.pathname.slice(1);
if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`"${name}" is not a schema name.`);
url.pathname = "/";
const connection = await mysql.createConnection(url.href);
if (!process.argv.includes("--keep")) await connection.query(`DROP DATABASE IF EXISTS ${name}`);
await connection.query(`CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
await connection.end();
