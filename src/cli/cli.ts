#!/usr/bin/env node
import { commands } from "./commands.js";
import { readEnvFile } from "./env-file.js";
import { helpOf, readCommand, usageOf } from "./read-command.js";
import { exitWith } from "./say-error.js";

/** Commands that go on until they are told to stop. */
const lasting = ["serve", "web", "worker"];

// Should everything that is open end before the answer is there, that is a failure, never a silent success.
let answered = false;
process.once("beforeExit", () => {
  if (!answered) exitWith(new Error("It ended before it was done, and nothing says why."));
});

main().then((goesOn) => {
  answered = true;
  // Servers go on; everything else is done now, whatever is still open.
  if (!goesOn) process.exit();
}, exitWith);

async function main(): Promise<boolean> {
  const args = process.argv.slice(2);
  const asked = readCommand(args, commands);
  if ("version" in asked) {
    process.stdout.write(`${await version()}\n`);
    return false;
  }
  if ("help" in asked) {
    process.stdout.write(asked.help ? `${usageOf(asked.help)}\n` : helpOf(commands));
    return false;
  }
  readEnvFile();
  await asked.run.run(asked.given);
  return lasting.includes(args[0] ?? "");
}

async function version(): Promise<string> {
  const { readFileSync } = await import("node:fs");
  const read: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return typeof read === "object" && read !== null && "version" in read ? String(read.version) : "unknown";
}
