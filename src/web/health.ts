import express, { type RequestHandler, type Router } from "express";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { countUnfinished } from "../counts/index.js";
import { countSetAside, countWaiting } from "../events/index.js";
import { type Engine, longestDue } from "../runs/index.js";
import type { WebOptions } from "./options.js";

/** The longest `/health/ready` waits for one of its checks. */
const PATIENCE_MS = 2000;

/** Whether the process lives (`/health/live`) and can serve (`/health/ready`: 503 names what is missing). Needs no login. */
export function health(engine: Engine, options: WebOptions): Router {
  const router = express.Router();
  const checks: Record<string, () => Promise<unknown>> = {
    database: () => countSetAside(engine),
    ...options.readiness,
  };
  router.get("/health/live", (_req, res) => {
    res.json({ status: "ok" });
  });
  router.get("/health/ready", async (req, res) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await attempt(check, req.log)] as const),
    );
    const stopping = engine.stopping.aborted;
    const ready = !stopping && results.every(([, state]) => state === "ok");
    res.status(ready ? 200 : 503).json({
      status: ready ? "ok" : stopping ? "stopping" : "not ready",
      checks: Object.fromEntries(results),
      setAsideEvents: await countSetAside(engine).catch(() => null),
    });
  });
  return router;
}

async function attempt(
  check: () => Promise<unknown>,
  log: { warn(detail: object, text: string): void },
): Promise<"ok" | "failed"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    await Promise.race([check(), late]);
    return "ok";
  } catch (error) {
    log.warn({ err: error }, "a readiness check failed");
    return "failed";
  } finally {
    clearTimeout(timer);
  }
}

/** Counts and times requests, and tells a Prometheus server at `/metrics` about them, the process and the backlog. */
export function metrics(engine: Engine): { measure: RequestHandler; router: Router } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "millrace_http_request_duration_seconds",
    help: "How long requests took.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  backlog(engine, registry);
  const router = express.Router();
  router.get("/metrics", async (_req, res) => {
    res
      .set("Cache-Control", "no-store")
      .type(registry.contentType)
      .send(await registry.metrics());
  });
  const measure: RequestHandler = (req, res, next) => {
    const started = process.hrtime.bigint();
    res.on("finish", () => {
      const route =
        typeof req.route?.path === "string"
          ? `${req.originalUrl.startsWith("/api/") ? "/api" : ""}${req.route.path}`
          : "other";
      duration.observe(
        { method: req.method, route, status: String(res.statusCode) },
        Number(process.hrtime.bigint() - started) / 1e9,
      );
    });
    next();
  };
  return { measure, router };
}

/** What waits, read from the tables when someone asks. */
function backlog(engine: Engine, registry: Registry): void {
  new Gauge({
    name: "millrace_events_waiting",
    help: "Events that are not yet relayed.",
    registers: [registry],
    async collect() {
      this.set(await countWaiting(engine));
    },
  });
  new Gauge({
    name: "millrace_events_set_aside",
    help: "Events that were given up because handing them on kept failing.",
    registers: [registry],
    async collect() {
      this.set(await countSetAside(engine));
    },
  });
  new Gauge({
    name: "millrace_runs_unfinished",
    help: "Runs that are queued, running or waiting.",
    registers: [registry],
    async collect() {
      this.set(await countUnfinished(engine));
    },
  });
  new Gauge({
    name: "millrace_runs_lag_seconds",
    help: "How long the longest due run has been waiting for a worker.",
    registers: [registry],
    async collect() {
      this.set((await longestDue(engine)) / 1000);
    },
  });
}
