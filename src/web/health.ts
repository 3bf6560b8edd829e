import express, { type RequestHandler, type Router } from "express";
import { Histogram, type Registry } from "prom-client";
import { countSetAside } from "../events/index.js";
import { metricsOf } from "../insight/index.js";
import type { Engine } from "../runs/index.js";
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

const durations = new WeakMap<Registry, Histogram>();

function durationIn(registry: Registry): Histogram {
  const known = durations.get(registry);
  if (known) return known;
  const made = new Histogram({
    name: "millrace_http_request_duration_seconds",
    help: "How long requests took.",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  durations.set(registry, made);
  return made;
}

/** Counts and times requests, and tells a Prometheus server at `/metrics` about them and all else this process does. */
export function metrics(engine: Engine): { measure: RequestHandler; router: Router } {
  const registry = metricsOf(engine);
  const duration = durationIn(registry);
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
