import { createServer, type Server } from "node:http";
import type { Express } from "express";

/** Listens on `port` (0: any free one) with limits on slow clients: 10 s for the head of a request, 30 s for all of it. */
export function serve(app: Express, port: number, host?: string): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16_384,
    },
    app,
  );
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

/** Stops taking connections, lets the requests under way end, and cuts off what is left (streams above all) after `patienceMs`. */
export function stopServing(server: Server, patienceMs = 5000): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), patienceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
