import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { activate, createAutomation, publish } from "../src/automations/index.js";
import { type Actor, createRecords, createWorkspace } from "../src/crm/index.js";
import type { Document } from "../src/graph/index.js";
import { createMillrace } from "../src/index.js";
import { createApiKey } from "../src/web/index.js";
import type { Target } from "./job-a.js";
import { until } from "./measure.js";

export const by: Actor = { type: "system", id: null, name: "Benchmark" };

/** Condition on stage and amount, two actions: the automation of job A. */
const jobA: Document = {
  object: "deal",
  triggers: [{ key: "won", kind: "record.updated", fields: ["stage"], to: "won" }],
  conditions: {
    all: [
      { fact: "record", path: "stage", operator: "equal", value: "won" },
      { fact: "record", path: "amount", operator: "greaterThan", value: 1_000 },
    ],
  },
  steps: [
    { key: "mark", kind: "record.update", config: { values: { status: "onboarding" } } },
    { key: "call", kind: "task.create", config: { title: "Call {{ record.name }}" } },
  ],
};

/** A workspace with the automation of job A and that many deals; returns their ids and a key of the API. */
export async function prepare(
  url: string,
  deals: number,
): Promise<{ ids: string[]; key: string; workspaceId: string; millrace: Awaited<ReturnType<typeof createMillrace>> }> {
  const millrace = await createMillrace({
    config: { databaseUrl: url, logLevel: "error", secretKey: "bench-key-of-thirty-two-characters" },
  });
  const { engine } = millrace;
  const workspace = await createWorkspace(engine, { slug: "bench", name: "Bench" });
  const automation = await createAutomation(engine, workspace.id, { name: "Job A", document: jobA }, by);
  await publish(engine, workspace.id, automation.id, null, by);
  await activate(engine, workspace.id, automation.id);
  const { key } = await createApiKey(engine, workspace.id, { name: "bench", role: "admin" });
  return { ids: await someDeals(engine, workspace.id, deals), key, workspaceId: workspace.id, millrace };
}

/** Deals that have not been won yet. */
export async function someDeals(
  engine: Awaited<ReturnType<typeof createMillrace>>["engine"],
  workspaceId: string,
  count: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (let start = 0; start < count; start += 500) {
    const rows = Array.from({ length: Math.min(500, count - start) }, (_, n) => ({
      name: `Deal ${start + n}`,
      amount: 12_000,
      stage: "lead",
    }));
    ids.push(...(await createRecords(engine, workspaceId, "deal", rows, { actor: by })).map(({ id }) => id));
  }
  return ids;
}

/** Starts `millrace serve` (web and worker in one process) as a person would. */
export async function serveMillrace(
  url: string,
  key: string,
  ids: string[],
  tasks: () => Promise<number>,
): Promise<Target> {
  const port = await freePort();
  const child: ChildProcess = spawn(
    process.execPath,
    [fileURLToPath(new URL("../dist/cli/cli.js", import.meta.url)), "serve"],
    {
      env: {
        ...process.env,
        DATABASE_URL: url,
        PORT: String(port),
        SECRET_KEY: "bench-key-of-thirty-two-characters",
        LOG_LEVEL: "error",
        NODE_ENV: "production",
      },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  await until(
    async () => (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.status === 200,
    30_000,
    50,
  );
  return {
    port,
    child,
    path: (deal) => `/api/workspaces/bench/objects/deal/records/${deal}`,
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ values: { stage: "won" } }),
    deals: ids,
    tasks,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
