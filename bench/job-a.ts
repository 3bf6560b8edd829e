import { type ChildProcess, spawn } from "node:child_process";
import { Agent, request } from "node:http";
import type { Database } from "../src/db/index.js";
import { percentile, until } from "./measure.js";

/** A server that does job A: how to reach a deal, and how to see its tasks. */
export type Target = {
  port: number;
  child: ChildProcess;
  path(deal: string): string;
  headers: Record<string, string>;
  body: string;
  deals: string[];
  tasks(): Promise<number>;
};

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Changes a second, from the first request to the last task: 16 clients, every deal once. */
export async function endToEnd(target: Target): Promise<number> {
  const before = await target.tasks();
  const queue = [...target.deals];
  const start = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let deal = queue.pop(); deal; deal = queue.pop()) await patch(target, deal);
    }),
  );
  await until(async () => (await target.tasks()) - before >= target.deals.length);
  return target.deals.length / ((performance.now() - start) / 1_000);
}

/** Milliseconds from an answer to its task being there, at ten changes a second: median and 99th of a hundred. */
export async function latency(target: Target, deals: string[]): Promise<{ p50: number; p99: number }> {
  const taken: number[] = [];
  for (const deal of deals) {
    const before = await target.tasks();
    await patch(target, deal);
    const answered = performance.now();
    await until(async () => (await target.tasks()) > before, 10_000, 1);
    taken.push(performance.now() - answered);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 100 - (performance.now() - answered))));
  }
  return { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99) };
}

function patch(target: Target, deal: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(target.body)),
      ...target.headers,
    };
    const call = request(
      { host: "127.0.0.1", port: target.port, path: target.path(deal), method: "PATCH", agent, headers },
      (response) => {
        response
          .resume()
          .on("end", () =>
            response.statusCode === 200
              ? resolve()
              : reject(new Error(`PATCH ${deal} answered ${response.statusCode}`)),
          );
      },
    );
    call.on("error", reject).end(target.body);
  });
}

/** Starts the hand-written server on a database of its own. */
export async function byHand(db: Database, url: string, deals: number): Promise<Target> {
  for (const table of ["deals", "events", "runs", "tasks", "steps"]) await db.run(`DROP TABLE IF EXISTS hand_${table}`);
  await db.run(
    "CREATE TABLE hand_deals (id VARCHAR(26) PRIMARY KEY, name VARCHAR(100), amount INT, stage VARCHAR(20), status VARCHAR(20), version INT NOT NULL DEFAULT 1)",
  );
  await db.run(
    "CREATE TABLE hand_events (id BIGINT AUTO_INCREMENT PRIMARY KEY, recordId VARCHAR(40), changes LONGTEXT, record LONGTEXT, relayedAt BIGINT, INDEX (relayedAt, id))",
  );
  await db.run(
    "CREATE TABLE hand_runs (id VARCHAR(40) PRIMARY KEY, recordId VARCHAR(40), status VARCHAR(10), queuedAt BIGINT, finishedAt BIGINT, INDEX (recordId), INDEX (status, queuedAt))",
  );
  await db.run(
    "CREATE TABLE hand_tasks (id VARCHAR(40) PRIMARY KEY, deal VARCHAR(40), title VARCHAR(100), INDEX (deal))",
  );
  await db.run(
    "CREATE TABLE hand_steps (runId VARCHAR(40), n INT, status VARCHAR(10), input LONGTEXT, output LONGTEXT, startedAt BIGINT, PRIMARY KEY (runId, n))",
  );
  const ids = Array.from({ length: deals }, (_, n) => `d${n}`);
  await db.insert(
    "hand_deals",
    ids.map((id) => ({ id, name: `Deal ${id}`, amount: 12_000, stage: "lead", status: "new" })),
  );
  const child = spawn(process.execPath, ["--import", "tsx", new URL("by-hand-server.ts", import.meta.url).pathname], {
    env: { ...process.env, DATABASE_URL: url, PORT: "0", NODE_ENV: "production" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve((message as { ready: { port: number } }).ready.port));
    child.once("exit", () => reject(new Error("The hand-written server ended before it listened.")));
  });
  return {
    port,
    child,
    path: (deal) => `/deals/${deal}`,
    headers: {},
    body: JSON.stringify({ stage: "won" }),
    deals: ids,
    tasks: async () => Number((await db.one("SELECT COUNT(*) AS n FROM hand_tasks"))?.["n"] ?? 0),
  };
}
