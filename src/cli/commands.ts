import type { Command, Given } from "./command.js";

const inWorkspace = ["workspace", "quiet"] as const;

/** Every command there is. What a command needs is loaded when it runs: most need little, and a start counts. */
export const commands: Record<string, Command> = {
  serve: {
    forms: ["serve"],
    what: "Pages, API and worker in one process",
    options: [],
    run: async () => (await import("./serve.js")).serveCommand({ web: true, worker: true }),
  },
  web: {
    forms: ["web"],
    what: "Pages and API",
    options: [],
    run: async () => (await import("./serve.js")).serveCommand({ web: true, worker: false }),
  },
  worker: {
    forms: ["worker"],
    what: "A worker: events, runs, schedules",
    options: [],
    run: async () => (await import("./serve.js")).serveCommand({ web: false, worker: true }),
  },
  migrate: {
    forms: ["migrate", "migrate --down [--yes]"],
    what: "Bring the tables up to date, or take them all away with everything in them",
    options: ["down", "yes"],
    run: async (given) => (await import("./migrate.js")).migrateCommand(given),
  },
  seed: {
    forms: ["seed"],
    what: "Make the demo workspace, once",
    options: [],
    run: async () => (await import("./set-up.js")).seedCommand(),
  },
  check: {
    forms: ["check [--invariants]"],
    what: "Look at configuration, database, jobs and mail",
    options: ["invariants"],
    run: async (given) => (await import("./check.js")).checkCommand(given),
  },
  counts: {
    forms: ["counts rebuild"],
    what: "Count all runs anew, should the numbers be in doubt",
    options: [],
    run: async () => (await import("./counts.js")).countsCommand(),
  },
  backup: {
    forms: ["backup FILE [--force]"],
    what: "Copy the database into a file, consistent while it is in use",
    options: ["force", "quiet"],
    run: async (given) => (await import("./backup.js")).backupCommand(given),
  },
  "api-key": {
    forms: ["api-key create [--workspace demo] [--role admin] [--name NAME] [--quiet]"],
    what: "Make an API key",
    options: [...inWorkspace, "role", "name"],
    run: async (given) => (await import("./set-up.js")).apiKeyCommand(given),
  },
  workspace: {
    forms: ["workspace create SLUG [--name NAME] [--timezone Europe/Berlin]"],
    what: "Make a workspace",
    options: ["name", "timezone"],
    run: async (given) => (await import("./set-up.js")).workspaceCommand(given),
  },
  person: {
    forms: ["person create --email E-MAIL [--name NAME] [--role admin] [--workspace demo] [--quiet]"],
    what: "Add a person, with a new password",
    options: [...inWorkspace, "email", "name", "role"],
    run: async (given) => (await import("./set-up.js")).personCommand(given),
  },
  automation: {
    forms: [
      "automation validate FILE",
      "automation import FILE",
      "automation export ID",
      "automation run ID [--record ID] [--inputs JSON] [--wait 10s]",
      "automation test ID",
      "automation publish ID [--note TEXT] [--ignore-tests]",
    ],
    what: "Automations as files, starting one, running its tests, and publishing it",
    options: [...inWorkspace, "record", "inputs", "wait", "note", "ignore-tests"],
    run: async (given) => (await import("./automation.js")).automationCommand(given),
  },
  explain: {
    forms: ["explain AUTOMATION RECORD [--workspace demo] [--json]"],
    what: "Why it ran or did not",
    options: [...inWorkspace, "json"],
    run: async (given) => (await import("./automation.js")).explainCommand(given),
  },
  bench: {
    forms: ["bench [--only NAME]", "bench fill"],
    what: "Measure this machine, or fill the database with a long history",
    options: ["only"],
    run: benchCommand,
  },
};

async function benchCommand({ words, options: { only } }: Given): Promise<void> {
  const { spawnSync } = await import("node:child_process");
  const { existsSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { packageRoot } = await import("../config.js");
  const { Problem } = await import("../shared/errors.js");
  const file = join(packageRoot, "bench/index.ts");
  if (!existsSync(file))
    throw new Problem(500, "no_bench", "The benchmarks are in the source repository, not in the package.");
  const { status } = spawnSync(
    process.execPath,
    ["--import", "tsx", file, ...words, ...(only ? ["--only", String(only)] : [])],
    { stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
}
