import ipaddr from "ipaddr.js";

/**
 * How far an address may be reached. `public`: by anyone. `inside`: only by a name the operator opened (loopback, private,
 * carrier-grade NAT, translated and reserved ranges). `never`: only when opened as that very address (link-local,
 * multicast, "this host" and the addresses where clouds answer with credentials).
 */
export type Reach = "public" | "inside" | "never";

/** Answers of cloud metadata services outside the link-local range. */
const METADATA = new Set(["168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"]);

const NEVER = new Set(["linkLocal", "multicast", "unspecified", "broadcast"]);

/** The reach of an IP address in any notation; a text that is not an address has none. IPv4 inside IPv6 counts as IPv4. */
export function reachOf(address: string): Reach {
  if (!ipaddr.isValid(address)) return "never";
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (NEVER.has(range) || METADATA.has(parsed.toString())) return "never";
  if (parsed instanceof ipaddr.IPv4) return range === "unicast" ? "public" : "inside";
  if (range === "rfc6052" || range === "rfc6145") return translated(parsed) === "never" ? "never" : "inside";
  const global = (parsed.toByteArray()[0] ?? 0) >> 5 === 1;
  return range === "unicast" && global ? "public" : "inside";
}

/** NAT64 and its relatives carry the IPv4 address in their last four bytes. */
function translated(address: ipaddr.IPv6): Reach {
  return reachOf(address.toByteArray().slice(-4).join("."));
}
