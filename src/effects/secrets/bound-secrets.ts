import { namesHost, plainHost, readHosts } from "../opened-hosts.js";
import { reveals } from "./redact.js";
import type { OpenedSecret } from "./secrets.js";

/**
 * The refusal when `content` holds a secret that is bound to other hosts than the one it is about to go to, in any form it
 * could be read back from; null when there is none. `url` null: it goes to people, or where no host is meant.
 */
export function misplacedSecret(
  content: string,
  url: string | null,
  secrets: readonly OpenedSecret[],
): { ok: false; code: string; message: string; retryable: false } | null {
  const target = url !== null && URL.canParse(url) ? new URL(url) : null;
  const port = target ? Number(target.port) || (target.protocol === "https:" ? 443 : 80) : 0;
  const misplaced = secrets.find(
    ({ hosts, value }) =>
      hosts.length > 0 &&
      reveals(content, value) &&
      !(target && namesHost(readHosts(hosts, "hosts"), plainHost(target.hostname), port)),
  );
  if (!misplaced) return null;
  const where = target ? "to this host" : "this way: it is bound to hosts";
  return {
    ok: false,
    code: "secret_not_allowed",
    message: `The secret "${misplaced.name}" may not be sent ${where}.`,
    retryable: false,
  };
}
