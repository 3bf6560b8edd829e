// Everything that can be checked without running the tests: format and lint, types, the room table, dead exports,
// and the migrations up and down on each dialect, by sequelize-cli and by start-up's own umzug.
// `npm run check -- types` runs one of them. The last line is `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ci = process.env.CI === "true";
const scratch = mkdtempSync(join(tmpdir(), "millrace-check-"));
const mysql = process.env.TEST_MYSQL_URL;
const only = process.argv.slice(2);

const checks = {
  format: () => run("node_modules/.bin/biome", ["check", "."]),
  types: () => run("node_modules/.bin/tsc", ["--noEmit"]),
  "types of the package": declarations,
  architecture: () => run("node_modules/.bin/mocha", ["test/architecture.test.ts"]),
  exports: () => run("node_modules/.bin/knip", []),
  "migrations on SQLite": () =>
    migrations(`sqlite:${join(scratch, "cli.sqlite")}`, `sqlite:${join(scratch, "umzug.sqlite")}`),
  "migrations on MySQL": () => {
    if (!mysql) return ci ? "TEST_MYSQL_URL names no server" : skip("TEST_MYSQL_URL names no server");
    return migrations(mysqlSchema("millrace_check_cli"), mysqlSchema("millrace_check_umzug"));
  },
};

const host = `import { type ActionKind, createMillrace, type Millrace } from "millrace";
const millrace: Millrace = await createMillrace({ config: { port: 4000 } });
millrace.router({ workspace: "demo" }).listen(millrace.config.port);
const kinds: ActionKind[] = [...millrace.engine.actions.values()];
await millrace.emit("order.shipped", { kinds: kinds.length });
// @ts-expect-error What cannot be found becomes any, and this would be right.
const port: string = millrace.config.port;
// @ts-expect-error Likewise.
await millrace.emit(1, {});
`;

let passed = 0;
const failed = [];
for (const [name, check] of Object.entries(checks)) {
  if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
  const started = Date.now();
  const fault = check();
  if (fault === null) passed++;
  else if (fault) failed.push(`${name}: ${fault}`);
  console.log(`${fault ? "✗" : fault === null ? "✓" : "–"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}
rmSync(scratch, { recursive: true, force: true });
for (const line of failed) console.log(`failed: ${line}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Null when the command succeeded, else what to say; its output is shown as it comes. */
function run(command, args, env = {}) {
  const done = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
  return done.status === 0
    ? null
    : `${command.split("/").pop()} ${args.join(" ")} ended with ${done.status ?? done.signal ?? done.error}`;
}

/** A tiny host is type-checked against the package as it is packed: with its declarations, and none of its sources. */
function declarations() {
  const types = ["express", "pino", "sequelize", "agenda", "@types"];
  mkdirSync(join(scratch, "node_modules/millrace"), { recursive: true });
  for (const name of types) symlinkSync(resolve("node_modules", name), join(scratch, "node_modules", name));
  cpSync("package.json", join(scratch, "node_modules/millrace/package.json"));
  const emitted = ["-p", "tsconfig.declarations.json", "--outDir", join(scratch, "node_modules/millrace/dist")];
  const fault = run("node_modules/.bin/tsc", emitted);
  if (fault) return fault;
  writeFileSync(join(scratch, "package.json"), '{ "type": "module" }');
  writeFileSync(join(scratch, "host.ts"), host);
  const how = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--types",
    "node",
  ];
  return run("node_modules/.bin/tsc", ["--ignoreConfig", ...how, join(scratch, "host.ts")]);
}

function skip(reason) {
  console.log(`skipped: ${reason}`);
  return undefined;
}

/** Up, down to nothing, up again and seeded by sequelize-cli; then up, down and up by umzug on a database of its own. */
function migrations(forCli, forUmzug) {
  const cli = [["db:migrate"], ["db:migrate:undo:all"], ["db:migrate"], ["db:seed:all"]];
  for (const args of cli) {
    const fault = run("node_modules/.bin/sequelize-cli", args, { DATABASE_URL: forCli });
    if (fault) return fault;
  }
  return run(process.execPath, ["--import", "tsx", "scripts/check-migrations.ts"], { DATABASE_URL: forUmzug });
}

/** An empty schema on the test server; returns its URL. */
function mysqlSchema(name) {
  const url = new URL(mysql);
  url.pathname = `/${name}`;
  const fault = run(process.execPath, ["scripts/empty-schema.mjs", url.href]);
  if (fault) throw new Error(fault);
  return url.href;
}
