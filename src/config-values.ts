import { statSync } from "node:fs";
import { isIP } from "node:net";
import { readHosts, readSmtpUrl } from "./effects/index.js";
import { messageOf } from "./shared/errors.js";
import { didYouMean } from "./shared/nearest.js";

/** What is wrong with a setting's value, in words that may be shown; null when nothing is. Never repeats a password. */
type Fault = string | null;

/** `sqlite:PATH`, or `mysql://user:password@host:port/name`. */
export function databaseFault(url: string): Fault {
  const path = sqlitePath(url);
  if (path === "") return "sqlite: names no file. Write it as sqlite:var/millrace.sqlite.";
  if (path !== null)
    return isFolder(path) ? `"${path}" is a folder. Name a file in it: sqlite:${path}/millrace.sqlite.` : null;
  const example = "Write it as sqlite:PATH or mysql://user:password@host:3306/name.";
  if (!/^(mysql|mariadb):\/\//.test(url)) return `It begins with "${url.split(":")[0]}:". ${example}`;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed?.hostname) return `It names no server. ${example}`;
  return /^\/[^/]+$/.test(parsed.pathname) ? null : `It names no database. ${example}`;
}

/** The file of a SQLite address; null for another database. */
function sqlitePath(url: string): string | null {
  return url.startsWith("sqlite:") ? url.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "") : null;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** An address people or programs call: http or https, and a host. `bare`: nothing behind the path may stand there. */
export function webAddressFault(text: string, bare = false): Fault {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname)
    return "It is not a web address. Write it as https://crm.example.com.";
  if (bare && (url.search || url.hash || url.username))
    return "It must be a plain address such as https://crm.example.com, without user, ? or #.";
  return null;
}

/** `smtp://user:password@host:587?from=crm@example.com`. */
export function smtpFault(url: string): Fault {
  return (
    faultOf(() => readSmtpUrl(url)).replace(/^SMTP_URL:? (is not)?/, (_all, not) => (not ? "It is not" : "")) || null
  );
}

/** A list of `host`, `host:port` or `*.example.com`. */
export function hostsFault(hosts: string[]): Fault {
  return faultOf(() => readHosts(hosts, "hosts")).replace(/^hosts: /, "") || null;
}

function faultOf(read: () => unknown): string {
  try {
    read();
    return "";
  } catch (error) {
    return messageOf(error);
  }
}

const networks = ["loopback", "linklocal", "uniquelocal"];

/** A number of proxies, or their addresses: `2`, `10.0.0.1, 192.168.0.0/16, loopback`. */
export function proxiesFault(text: string): Fault {
  if (/^\d+$/.test(text)) return Number(text) <= 20 ? null : `${text} proxies cannot be meant: 20 at the most.`;
  const wrong = text
    .split(",")
    .map((one) => one.trim())
    .find((one) => !isNetwork(one));
  if (wrong === undefined) return null;
  return `"${wrong}" is neither a number of proxies nor an address.${didYouMean(wrong, networks)} Write it as 1, or 10.0.0.1, 192.168.0.0/16, loopback.`;
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  if (networks.includes(text)) return true;
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** A key, token or name is one word that can be read. */
export function wordFault(text: string): Fault {
  return /^[\x21-\x7e]+$/.test(text) ? null : "It holds a space or a character that no key has.";
}

/** The key of our own tests: everybody knows it. */
const knownKeys = ["test-key-of-thirty-two-characters"];
const makeOne = "Make one with: openssl rand -base64 32";

/**
 * What is wrong in production with the key that encrypts and signs. The older ones behind it only read what they once
 * wrote, so that a weak key can be left.
 */
export function secretKeyFault(ring: string): Fault {
  const first = (ring.split(",").find((key) => key.trim() !== "") ?? "").trim().replace(/^[A-Za-z0-9]{1,16}:/, "");
  if (first === "")
    return `It must be set in production: secrets are encrypted and sessions signed with it. ${makeOne}`;
  if (first.length < 32)
    return `It is too short for production: ${first.length} characters, where 32 are the least. ${makeOne}`;
  if (knownKeys.includes(first) || /change.?me|secret.?key|example|password/i.test(first))
    return `It is one that others know. ${makeOne}`;
  return new Set(first).size < 10 ? `It repeats a few characters, so it can be guessed. ${makeOne}` : null;
}

/** A misspelt `production` would quietly drop what production demands. Other names are a host's own. */
export function modeFault(mode: string): Fault {
  return mode !== "production" && /^(prod|p\w{5,11}on)$/i.test(mode)
    ? `"${mode}" is not a mode. Did you mean "production"?`
    : null;
}
