import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { configFrom, packageRoot } from "../config.js";
import { connect, migrate } from "../db/index.js";
import { Problem } from "../shared/errors.js";
import type { Given } from "./command.js";

/** `migrate`: brings the tables up to date; with `--down` takes them away, once somebody has said yes. */
export async function migrateCommand({ options }: Given): Promise<void> {
  const down = options["down"] === true;
  const { databaseUrl } = configFrom(process.env);
  if (down && options["yes"] !== true) await askFirst(databaseUrl);
  const db = connect(databaseUrl);
  const done = await migrate(db, join(packageRoot, "migrations"), down);
  await db.sequelize.close();
  const nothing = down ? "Nothing to do: there are no tables of ours." : "Nothing to do: the tables are up to date.";
  process.stdout.write(`${done.length === 0 ? nothing : `${down ? "Taken back" : "Applied"}: ${done.join(", ")}`}\n`);
}

async function askFirst(databaseUrl: string): Promise<void> {
  const what = `This takes away all tables of Millrace in ${withoutPassword(databaseUrl)}, with everything in them.`;
  if (!process.stdin.isTTY)
    throw new Problem(400, "not_confirmed", `${what} Say so with: millrace migrate --down --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what} Type yes to go on: `);
  terminal.close();
  if (answer.trim().toLowerCase() !== "yes") throw new Problem(400, "not_confirmed", "Nothing was changed.");
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
