import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server of the test's own, on a port of its own, to be stopped and started again. */
export type JobServer = {
  url: string;
  start(): Promise<void>;
  /** At once, as when its machine is switched off. */
  stop(): Promise<void>;
  /** Stops it and removes what it stored. */
  drop(): Promise<void>;
};

/** The servers this machine can start, by name. */
export const jobServers: Record<string, () => Promise<JobServer>> = {
  ...(programOf("redis-server") ? { Redis: redis } : {}),
  ...(programOf("initdb") && programOf("postgres") ? { PostgreSQL: postgres } : {}),
};

async function redis(): Promise<JobServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes"];
  return server(`redis://127.0.0.1:${port}`, port, folder, () => spawn(programOf("redis-server") ?? "", args));
}

async function postgres(): Promise<JobServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  // It does not run as root.
  const as = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, "data");
  execFileSync(programOf("initdb") ?? "", ["-D", data, "-U", "postgres", "-A", "trust", "-N"], { ...as, cwd: folder });
  const args = ["-D", data, "-p", String(port), "-k", folder, "-h", "127.0.0.1", "-F"];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return server(url, port, folder, () => spawn(programOf("postgres") ?? "", args, { ...as, cwd: folder }));
}

function server(url: string, port: number, folder: string, run: () => ChildProcess): JobServer {
  let child: ChildProcess | null = null;
  process.once("exit", () => child?.kill("SIGKILL"));
  const stop = async () => {
    const ended = child && child.exitCode === null ? new Promise((resolve) => child?.once("exit", resolve)) : null;
    // PostgreSQL: without waiting for those who are connected.
    child?.kill("SIGINT");
    await ended;
    child = null;
  };
  return {
    url,
    async start() {
      child = run();
      for (let tries = 0; !(await answers(port)); tries++) {
        if (tries > 200) throw new Error(`The server for ${url} does not start.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop,
    async drop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Where a program is: on the path, or where Debian puts those of PostgreSQL. */
function programOf(name: string): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  const folders = [...(process.env["PATH"] ?? "").split(":"), ...versions.reverse()];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function idOf(which: "-u" | "-g"): number {
  return Number(execFileSync("id", [which, "postgres"]));
}
