import { isIP } from "node:net";
import { type HostPattern, namesHost, plainHost } from "../opened-hosts.js";
import { reachOf } from "./address.js";

/** Where a call may go. `opened` says that the operator named the host, so it may also be on the inside. */
export type Destination = { url: URL; host: string; port: number; opened: boolean };

const USUAL_PORTS = new Set([80, 443, 8080, 8443]);

/** Scheme, two slashes, and an authority without user-info, backslash or blank. Stricter than URL parsers, on purpose. */
const PLAIN = /^https?:\/\/[^\\/?#@\s]+(?=[/?#]|$)/i;

/** Names that mean something only inside a network; they are not even looked up. */
const INSIDE_NAME = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/;

/**
 * The destination an address written by anybody stands for, or null when it may not be called. Names are checked again
 * when they are resolved; this looks at what the text alone tells.
 */
export function destinationOf(text: string, opened: readonly HostPattern[]): Destination | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (text.length > 8192 || /[\u0000-\u001f\u007f]/.test(text) || !PLAIN.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.hostname === "") return null;
  const host = plainHost(url.hostname);
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  if (namesHost(opened, host, port)) return { url, host, port, opened: true };
  if (!USUAL_PORTS.has(port)) return null;
  const open = isIP(host) ? reachOf(host) === "public" : host.includes(".") && !INSIDE_NAME.test(host);
  return open ? { url, host, port, opened: false } : null;
}
