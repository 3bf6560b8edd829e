import { createServer, type Server } from "node:http";
import type { Logger } from "pino";
import type { Millrace } from "../index.js";
import { serve, stopServing } from "../web/index.js";

/** A little more than the drain of a worker, so that it is never the process that gives up first. */
const PATIENCE_MS = 30_000;

/**
 * Serves pages and API, works, or both, until SIGTERM or SIGINT: then it takes nothing new, finishes the requests and
 * steps in hand (at most 25 s) and exits. A second signal exits at once. Returns the address it listens on, if it does.
 */
export async function runProcess(millrace: Millrace, parts: { web: boolean; worker: boolean }): Promise<string | null> {
  const { config, engine } = millrace;
  const server = parts.web ? await serve(millrace.router(), config.port) : null;
  const numbers = !parts.web && config.metricsPort > 0 ? await serveMetrics(millrace, config.metricsPort) : null;
  if (parts.worker) await millrace.start();
  exitOnSignals(engine.log, () => stopAll(millrace, [server, numbers]));
  const address = server?.address();
  return typeof address === "object" && address !== null ? config.baseUrl.replace(/:0$/, `:${address.port}`) : null;
}

async function stopAll(millrace: Millrace, servers: (Server | null)[]): Promise<void> {
  await Promise.all([...servers.map((server) => (server ? stopServing(server) : undefined)), millrace.stop()]);
}

/** `/metrics`, and nothing else, of a process that serves no pages. */
async function serveMetrics(millrace: Millrace, port: number): Promise<Server> {
  await millrace.metrics();
  const server = createServer(async (req, res) => {
    if (req.url !== "/metrics") return void res.writeHead(404).end();
    try {
      res.setHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      res.end(await millrace.metrics());
    } catch (error) {
      millrace.engine.log.error({ err: error }, "the metrics could not be read");
      res.writeHead(503).end();
    }
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, resolve));
  return server;
}

function exitOnSignals(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const end = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => end("SIGTERM"));
  process.on("SIGINT", () => end("SIGINT"));
}
