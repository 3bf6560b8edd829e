#!/usr/bin/env node
import { parseArgs } from "node:util";
import { Problem } from "../shared/errors.js";
import { automationCommand, explainCommand } from "./automation.js";
import { checkCommand } from "./check.js";
import { apiKeyCommand, personCommand, seedCommand, workspaceCommand } from "./set-up.js";

/** What a command is given: the words after its name, and the options. */
export type Given = { words: string[]; options: Record<string, string | boolean | undefined> };

type Command = { usage: string; what: string; run(given: Given): Promise<void> };

const options = {
  down: { type: "boolean" },
  quiet: { type: "boolean" },
  invariants: { type: "boolean" },
  json: { type: "boolean" },
  workspace: { type: "string", default: "demo" },
  role: { type: "string", default: "admin" },
  name: { type: "string" },
  email: { type: "string" },
  timezone: { type: "string" },
  record: { type: "string" },
  inputs: { type: "string" },
  wait: { type: "string" },
  only: { type: "string" },
  note: { type: "string" },
  "ignore-tests": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Every command there is. */
const commands: Record<string, Command> = {
  serve: { usage: "serve", what: "Pages, API and worker in one process", run: () => serve(true, true) },
  web: { usage: "web", what: "Pages and API", run: () => serve(true, false) },
  worker: { usage: "worker", what: "A worker: events, runs, schedules", run: () => serve(false, true) },
  migrate: {
    usage: "migrate [--down]",
    what: "Bring the tables up to date, or take them all away",
    run: migrateCommand,
  },
  seed: { usage: "seed", what: "Make the demo workspace, once", run: seedCommand },
  check: { usage: "check [--invariants]", what: "Look at configuration, database, jobs and mail", run: checkCommand },
  "api-key": {
    usage: "api-key create [--workspace demo] [--role admin] [--name NAME] [--quiet]",
    what: "Make an API key",
    run: apiKeyCommand,
  },
  workspace: {
    usage: "workspace create SLUG [--name NAME] [--timezone Europe/Berlin]",
    what: "Make a workspace",
    run: workspaceCommand,
  },
  person: {
    usage: "person create --email E-MAIL [--name NAME] [--role admin] [--workspace demo]",
    what: "Add a person, with a new password",
    run: personCommand,
  },
  automation: {
    usage:
      "automation validate FILE | import FILE | export ID | run ID [--record ID] [--inputs JSON] [--wait 10s]\n      | test ID | publish ID [--note TEXT] [--ignore-tests]",
    what: "Automations as files, starting one, running its tests, and publishing it",
    run: automationCommand,
  },
  explain: {
    usage: "explain AUTOMATION RECORD [--workspace demo] [--json]",
    what: "Why it ran or did not",
    run: explainCommand,
  },
  bench: {
    usage: "bench [--only NAME] | bench fill",
    what: "Measure this machine, or fill DATABASE_URL with a long history",
    run: benchCommand,
  },
};

main().then(
  // Servers go on; everything else is done now, whatever is still open.
  (goesOn) => goesOn || process.exit(),
  async (error: unknown) => (await import("./run-process.js")).exitWith(error),
);

async function main(): Promise<boolean> {
  const { positionals, values } = parseArgs({ options, allowPositionals: true });
  const [name, ...words] = positionals;
  const command = name === undefined ? undefined : commands[name];
  if (!command || values.help) {
    process.stdout.write(`${name === undefined || command ? "" : `There is no command "${name}".\n\n`}${help()}`);
    process.exitCode = values.help || name === undefined ? 0 : 1;
    return false;
  }
  await command.run({ words, options: values });
  return name === "serve" || name === "web" || name === "worker";
}

function help(): string {
  const lines = Object.values(commands).map(({ usage, what }) => `  millrace ${usage}\n      ${what}\n`);
  return `Usage:\n${lines.join("")}\nSettings come from the environment: DATABASE_URL, PORT, BASE_URL, SECRET_KEY, SMTP_URL and others; see the README.\n`;
}

async function serve(web: boolean, worker: boolean): Promise<void> {
  const { createMillrace } = await import("../index.js");
  const { runProcess } = await import("./run-process.js");
  const url = await runProcess(await createMillrace(), { web, worker });
  process.stdout.write(url ? `Millrace is ready at ${url}\n` : "The worker is ready.\n");
}

async function migrateCommand({ options: { down } }: Given): Promise<void> {
  const { join } = await import("node:path");
  const { configFrom, packageRoot } = await import("../config.js");
  const { connect, migrate } = await import("../db/index.js");
  const db = connect(configFrom(process.env).databaseUrl);
  const done = await migrate(db, join(packageRoot, "migrations"), down === true);
  process.stdout.write(
    done.length === 0
      ? "Nothing to do: the tables are up to date.\n"
      : `${down ? "Taken back" : "Applied"}: ${done.join(", ")}\n`,
  );
}

async function benchCommand({ words, options: { only } }: Given): Promise<void> {
  const { spawnSync } = await import("node:child_process");
  const { existsSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { packageRoot } = await import("../config.js");
  const file = join(packageRoot, "bench/index.ts");
  if (!existsSync(file))
    throw new Problem(500, "no_bench", "The benchmarks are in the source repository, not in the package.");
  const given = [...words, ...(only ? ["--only", String(only)] : [])];
  const { status } = spawnSync(process.execPath, ["--import", "tsx", file, ...given], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
