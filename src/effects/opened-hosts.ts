import { Problem } from "../shared/errors.js";

/** A host, or all below it, that was named on purpose; `port` null stands for every port. */
export type HostPattern = { host: string; below: boolean; port: number | null };

/**
 * Reads a list such as `erp.internal`, `127.0.0.1:4000`, `[::1]:8080`, `*.example.com`. Throws a Problem naming the first
 * entry that is none of these.
 */
export function readHosts(entries: readonly string[], setting: string): HostPattern[] {
  return entries
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => {
      const pattern = patternOf(entry);
      if (pattern) return pattern;
      throw new Problem(
        422,
        "invalid",
        `${setting}: "${entry}" is not a host. Write host, host:port or *.example.com.`,
        [{ path: setting, message: `"${entry}" is not a host.` }],
      );
    });
}

/** True when one of the patterns names this host and port. */
export function namesHost(patterns: readonly HostPattern[], host: string, port: number): boolean {
  return patterns.some(
    (pattern) =>
      (pattern.below ? host.endsWith(`.${pattern.host}`) : host === pattern.host) &&
      (pattern.port === null || pattern.port === port),
  );
}

/** Host and port of a URL the operator configured; they count as opened for the client made for it. */
export function hostOfUrl(url: URL, defaultPort: number): HostPattern {
  return { host: plainHost(url.hostname), below: false, port: Number(url.port) || defaultPort };
}

/** A URL's host without brackets and without the dot that ends a full name. */
export function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

function patternOf(entry: string): HostPattern | null {
  const match = /^(\*\.)?([^\s/?#@*\\:]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/.exec(entry);
  if (!match?.[2]) return null;
  const port = match[3] === undefined ? null : Number(match[3]);
  if (port === 0 || (port ?? 0) > 65_535 || !URL.canParse(`http://${match[2]}`)) return null;
  return { host: plainHost(new URL(`http://${match[2]}`).hostname), below: match[1] !== undefined, port };
}
