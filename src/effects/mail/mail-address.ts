import { domainToASCII } from "node:url";

/** One mailbox, taken apart: nothing in it can become a second one. */
export type MailAddress = { name: string; address: string };

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * Reads `ann@example.com` or `Ann Lee <ann@example.com>`; null for anything else, such as two addresses in one text, a line
 * break, a group, a quoted local part or an address literal. The domain becomes lower case and ASCII.
 */
export function mailAddress(text: unknown): MailAddress | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (typeof text !== "string" || text.length > 500 || /[\u0000-\u001f\u007f\u2028\u2029]/.test(text)) return null;
  const named = /^([^<>]*)<([^<>]+)>$/.exec(text.trim());
  const plain = (named?.[2] ?? text).trim();
  const at = plain.lastIndexOf("@");
  const local = plain.slice(0, at);
  const domain = domainToASCII(plain.slice(at + 1)).toLowerCase();
  if (at < 1 || local.length > 64 || !LOCAL.test(local) || !DOMAIN.test(domain) || /^[\d.]+$/.test(domain)) return null;
  const name = (named?.[1] ?? "").trim().replace(/^"(.*)"$/, "$1");
  return /["@]/.test(name) ? null : { name, address: `${local}@${domain}` };
}
