import { Problem } from "../../shared/errors.js";
import { type HostPattern, hostOfUrl, plainHost } from "../opened-hosts.js";
import { type MailAddress, mailAddress } from "./mail-address.js";

/** SMTP_URL, read. `host` counts as opened: the operator chose it. */
export type SmtpSettings = {
  host: HostPattern & { port: number };
  secure: boolean;
  auth: { user: string; pass: string } | null;
  /** The sender named in the address, and the user name where that is an address. */
  from: MailAddress | null;
  user: MailAddress | null;
  requireTLS: boolean;
  ignoreTLS: boolean;
  rejectUnauthorized: boolean;
};

const KNOWN = ["from", "requireTLS", "ignoreTLS", "rejectUnauthorized"];

/**
 * Reads `smtp://user:password@host:587?from=crm@example.com`; `smtps:` speaks TLS from the first byte. A server on this very
 * machine may show any certificate. Throws a Problem that says what is wrong, never with the password in it.
 */
export function readSmtpUrl(text: string): SmtpSettings {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === "") {
    throw new Problem(500, "configuration", "SMTP_URL is not of the form smtp://user:password@host:port or smtps://….");
  }
  const unknown = [...url.searchParams.keys()].find((name) => !KNOWN.includes(name));
  if (unknown)
    throw new Problem(500, "configuration", `SMTP_URL: "${unknown}" is not known. Known: ${KNOWN.join(", ")}.`);
  const given = url.searchParams.get("from");
  const from = given === null ? null : mailAddress(given);
  if (given !== null && !from) throw new Problem(500, "configuration", "SMTP_URL: `from` is not an e-mail address.");
  const secure = url.protocol === "smtps:";
  const host = hostOfUrl(url, secure ? 465 : 587);
  const local = /^(localhost|127\.[\d.]+|::1)$/.test(plainHost(url.hostname));
  return {
    host: { ...host, port: host.port ?? 587 },
    secure,
    auth:
      url.username === "" ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    from,
    user: mailAddress(decodeURIComponent(url.username)),
    requireTLS: url.searchParams.get("requireTLS") === "true",
    ignoreTLS: url.searchParams.get("ignoreTLS") === "true",
    rejectUnauthorized: !local && url.searchParams.get("rejectUnauthorized") !== "false",
  };
}
