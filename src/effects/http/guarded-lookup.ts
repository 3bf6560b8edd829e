import { promises as dns } from "node:dns";
import type { LookupFunction } from "node:net";
import { reachOf } from "./address.js";

/** Every address of a name. */
export type Resolve = (host: string) => Promise<string[]>;

/** The machine's own resolver. */
export const systemResolve: Resolve = async (host) =>
  (await dns.lookup(host, { all: true })).map((found) => found.address);

/** The error a connection fails with when one of the name's addresses may not be reached. */
export function blocked(): NodeJS.ErrnoException {
  return Object.assign(new Error("The destination is not allowed."), { code: "EBLOCKED" });
}

/**
 * A look-up for sockets: they connect to the very addresses that were checked. One forbidden address among several refuses
 * the name. `opened`: the operator named the host, so the inside may be reached too.
 */
export function guardedLookup(resolve: Resolve, opened: boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const found = addresses.map((address) => ({
          address,
          family: address.includes(":") ? 6 : 4,
          reach: reachOf(address),
        }));
        const first = found[0];
        const allowed = found.every(({ reach }) => reach === "public" || (opened && reach === "inside"));
        if (!first || !allowed) callback(blocked(), "", 0);
        else if (options.all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
}
