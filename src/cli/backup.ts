import { spawn } from "node:child_process";
import { chmodSync, createWriteStream, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { configFrom } from "../config.js";
import { connect, type Database } from "../db/index.js";
import { messageOf, Problem } from "../shared/errors.js";
import type { Given } from "./command.js";

/**
 * `backup FILE`: the whole database as it is at one instant, while others go on writing. SQLite becomes a database file
 * to start from, MySQL and MariaDB a file of SQL. It is complete when it is there: until then it has another name.
 */
export async function backupCommand({ words, options }: Given): Promise<void> {
  const file = resolve(words[0] ?? "");
  if (existsSync(file) && (options["force"] !== true || !statSync(file).isFile()))
    throw new Problem(400, "exists", `${file} is there already. Name another file, or write over it with --force.`);
  const { databaseUrl } = configFrom(process.env);
  const from = databaseUrl.startsWith("sqlite:") ? databaseUrl.slice("sqlite:".length) : null;
  if (from && !existsSync(from.replace(/^\/\/(?=\/)/, "")))
    throw new Problem(500, "no_tables", `There is nothing to back up: ${from} is not there.`);
  const db = connect(databaseUrl);
  const unfinished = `${file}.unfinished`;
  try {
    await demandTables(db);
    rmSync(unfinished, { force: true });
    if (db.oneWriter) await db.all("VACUUM INTO ?", [unfinished]);
    else await dump(databaseUrl, unfinished);
    chmodSync(unfinished, 0o600);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    await db.sequelize.close();
  }
  const kept = process.env["SECRET_KEY"] ? "SECRET_KEY" : "var/secret.key";
  const size = Math.ceil(statSync(file).size / 1024).toLocaleString("en");
  process.stdout.write(
    options["quiet"]
      ? `${file}\n`
      : `The backup is in ${file} (${size} kB). Keep ${kept} too, elsewhere: without it the secrets in here cannot be read.\n`,
  );
}

/** A database that is not there yet would be made by looking at it, and its backup would be empty. */
async function demandTables(db: Database): Promise<void> {
  try {
    await db.one("SELECT COUNT(*) AS n FROM millrace_migrations");
  } catch (error) {
    throw new Problem(500, "no_tables", `There is nothing to back up: no tables of Millrace. (${messageOf(error)})`);
  }
}

const tools = ["mariadb-dump", "mysqldump"];

/** The server's own tool, in one transaction that sees one instant. The password goes by the environment. */
async function dump(databaseUrl: string, file: string): Promise<void> {
  const url = new URL(databaseUrl);
  const args = [
    ...["--single-transaction", "--quick", "--skip-lock-tables", "--no-tablespaces", "--default-character-set=utf8mb4"],
    ...[`--host=${url.hostname}`, `--port=${url.port || 3306}`, "--protocol=tcp"],
    ...(url.username ? [`--user=${decodeURIComponent(url.username)}`] : []),
    decodeURIComponent(url.pathname.slice(1)),
  ];
  for (const tool of tools) if (await ran(tool, args, decodeURIComponent(url.password), file)) return;
  throw new Problem(
    500,
    "no_dump",
    `Neither ${tools.join(" nor ")} is installed here; the backup is made with one of them.`,
  );
}

/** False when there is no such tool; throws a Problem with what it said when it failed. */
function ran(tool: string, args: string[], password: string, file: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, {
      env: { ...process.env, MYSQL_PWD: password },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const out = createWriteStream(file, { mode: 0o600 });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += String(chunk);
    });
    child.once("error", (error) => {
      out.destroy();
      if ("code" in error && error.code === "ENOENT") resolve(false);
      else reject(error);
    });
    out.once("error", reject);
    const written = new Promise<void>((finish) => out.once("finish", () => finish()));
    child.stdout.pipe(out);
    child.once("close", async (code) => {
      if (code !== 0)
        return reject(new Problem(500, "dump_failed", `${tool} failed: ${said.trim() || `exit ${code}`}`));
      await written;
      resolve(true);
    });
  });
}
