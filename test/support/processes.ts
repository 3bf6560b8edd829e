import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
let package_: Promise<string> | undefined;

// A test that fails before it ends its process must not leave it behind.
const started: ChildProcess[] = [];
process.once("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

/** A Millrace command in a process of its own, to be killed, stopped and continued. */
export type Process = {
  /** Where it serves, if it does. */
  url: string | null;
  /** Sends a signal, at once. */
  signal(name: NodeJS.Signals): void;
  /** Ends when the process has; by which signal, or with which code. */
  ended: Promise<NodeJS.Signals | number>;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
};

/**
 * Starts `millrace worker`, `web` or `serve` on a database and waits until it says that it is ready, or has died, which
 * with a fault point may come first. Leases of a second, looks every 50 ms.
 */
export async function startProcess(
  command: "worker" | "web" | "serve",
  databaseUrl: string,
  env: Record<string, string> = {},
): Promise<Process> {
  const child = spawn(process.execPath, [join(await builtPackage(), "dist/cli/cli.js"), command], {
    env: {
      PATH: process.env["PATH"],
      NODE_ENV: "test",
      PORT: "0",
      SECRET_KEY: "test-key-of-thirty-two-characters",
      LOG_LEVEL: "silent",
      DATABASE_URL: databaseUrl,
      MILLRACE_LEASE: "1s",
      MILLRACE_POLL: "50",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  const ended = new Promise<NodeJS.Signals | number>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? code ?? 0)),
  );
  const said = await Promise.race([firstLine(child), ended.then(() => "")]);
  return {
    url: /http:\S+/.exec(said)?.[0] ?? null,
    signal: (name) => void child.kill(name),
    ended,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The line that says it is ready. What it complains about is shown, and fails the test that waits for it. */
function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => process.stderr.write(chunk));
  return new Promise((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      text += String(chunk);
      if (text.includes("ready")) resolve(text);
    });
  });
}

/** The folder of the sources compiled once for all processes of a test run: they start in half the time, and are never out of date. */
export function builtPackage(): Promise<string> {
  package_ ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-package-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    for (const name of ["package.json", "node_modules", "migrations", "config", "views", "locales", "public"])
      symlinkSync(join(root, name), join(folder, name));
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !/^(web\/browser|canvas)\//.test(file),
    );
    await build({
      absWorkingDir: root,
      entryPoints: sources.map((file) => join("src", file)),
      outbase: "src",
      outdir: join(folder, "dist"),
      format: "esm",
      platform: "node",
      target: "node20",
    });
    return folder;
  })();
  return package_;
}

/** Waits until something holds, looking every few milliseconds; for what real processes do in their own time. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${withinMs} ms in vain: ${what}.`);
    await pause(20);
  }
}

/** Lets time pass, for processes that live in real time. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
