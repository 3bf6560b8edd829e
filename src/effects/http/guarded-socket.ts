import { connect, isIP, type Socket } from "node:net";
import { type HostPattern, namesHost } from "../opened-hosts.js";
import { reachOf } from "./address.js";
import { blocked, guardedLookup, type Resolve } from "./guarded-lookup.js";

/**
 * A TCP connection to a host that is public or opened, to an address checked for it: what the guarded client is for HTTP,
 * for protocols that bring their own words. Rejects with `EBLOCKED`, `ETIMEDOUT` or the socket's error.
 */
export function guardedSocket(
  host: string,
  port: number,
  options: { opened: readonly HostPattern[]; resolve: Resolve; timeoutMs: number },
): Promise<Socket> {
  const opened = namesHost(options.opened, host, port);
  if (!opened && isIP(host) && reachOf(host) !== "public") return Promise.reject(blocked());
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup(options.resolve, opened) });
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error("The connection took too long."), { code: "ETIMEDOUT" }));
    }, options.timeoutMs);
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}
