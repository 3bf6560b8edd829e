import { createHash } from "node:crypto";
import type { MailMessage } from "../effects.js";
import type { KeyRing } from "../secrets/key-ring.js";
import { type MailAddress, mailAddress } from "./mail-address.js";
import type { MailParts } from "./render-mail.js";
import { unsubscribeUrl } from "./suppressions.js";
import { UNSUBSCRIBE } from "./unsubscribe.js";

/** One mail, ready for the wire: everything that follows from the message and its key, nothing that depends on the moment. */
export type Letter = {
  messageId: string;
  class: MailMessage["class"];
  to: MailAddress[];
  cc: MailAddress[];
  bcc: MailAddress[];
  replyTo: MailAddress | null;
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  attachments: { filename: string; content: Buffer; contentType: string }[];
};

const MAX_RECIPIENTS = 50;
const MAX_BODY = 256_000;
const MAX_ATTACHED = 10 * 1024 * 1024;

/**
 * The letters a checked and rendered message becomes: one, or for marketing one for each recipient, who gets an unsubscribe
 * address of their own and never sees the others.
 */
export function lettersOf(
  message: MailMessage,
  parts: MailParts,
  from: { workspaceId: string; idempotencyKey: string; domain: string; baseUrl: string; keys: KeyRing },
): Letter[] {
  const to = known(message.to);
  const attachments = filesOf(message);
  const [replyTo = null] = known(message.replyTo === undefined ? [] : [message.replyTo]);
  const common = { class: message.class, replyTo, subject: message.subject.trim(), attachments };
  if (message.class === "transactional") {
    const messageId = messageIdOf(from.idempotencyKey, from.domain);
    return [{ ...common, ...parts, messageId, to, cc: known(message.cc), bcc: known(message.bcc), headers: {} }];
  }
  return to.map((recipient) => {
    const url = unsubscribeUrl(from.keys, from.baseUrl, from.workspaceId, recipient.address);
    return {
      ...common,
      messageId: messageIdOf(`${from.idempotencyKey}|${recipient.address}`, from.domain),
      html: parts.html.replaceAll(UNSUBSCRIBE, url),
      text: parts.text.replaceAll(UNSUBSCRIBE, url),
      to: [recipient],
      cc: [],
      bcc: [],
      headers: { "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    };
  });
}

/** The same key gives the same Message-ID, so that mail programs and servers can tell a repetition. */
function messageIdOf(key: string, domain: string): string {
  return `<${createHash("sha256").update(key).digest("hex").slice(0, 40)}@${domain}>`;
}

/** What is wrong with a message, in words, or null. */
export function mailFault(message: MailMessage): string | null {
  const copies = [...(message.cc ?? []), ...(message.bcc ?? [])];
  const wrong = [...message.to, ...copies].find((address) => !mailAddress(address));
  if (wrong !== undefined) return `"${shown(wrong)}" is not one e-mail address. Give several as a list.`;
  if (message.replyTo !== undefined && !mailAddress(message.replyTo)) {
    return `The reply address "${shown(message.replyTo)}" is not one e-mail address.`;
  }
  if (message.to.length === 0) return "The mail has no recipient.";
  if (message.to.length + copies.length > MAX_RECIPIENTS) return `A mail goes to at most ${MAX_RECIPIENTS} addresses.`;
  if (message.class === "marketing" && copies.length > 0) {
    return "A marketing mail has no copies: each recipient gets their own.";
  }
  const subject = message.subject.trim();
  if (/[\r\n]/.test(subject)) return "The subject holds a line break.";
  if (subject === "" || subject.length > 900) return "The subject is empty or longer than 900 characters.";
  if (message.body.length > MAX_BODY) return "The body is longer than 256,000 characters.";
  return attachmentFault(message);
}

function attachmentFault(message: MailMessage): string | null {
  const files = message.attachments ?? [];
  const named = files.every(
    ({ filename, contentType = "a/b" }) =>
      /^[^\p{Cc}/\\]{1,200}$/u.test(filename) && /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w-]+)*$/.test(contentType),
  );
  if (!named) return "An attachment's name or content type is not usable.";
  const size = filesOf(message).reduce((sum, file) => sum + file.content.length, 0);
  return size > MAX_ATTACHED ? "The attachments are larger than 10 MB together." : null;
}

function filesOf(message: MailMessage): Letter["attachments"] {
  return (message.attachments ?? []).map(({ filename, content, contentType, encoding }) => ({
    filename,
    content: Buffer.from(content, encoding ?? "utf8"),
    contentType: contentType ?? "application/octet-stream",
  }));
}

/** The mailboxes of checked addresses, each once: named twice, somebody still gets one mail. */
function known(addresses: readonly string[] = []): MailAddress[] {
  const found = addresses.map(mailAddress).filter((address) => address !== null);
  return [...new Map(found.map((one) => [one.address.toLowerCase(), one])).values()];
}

function shown(text: unknown): string {
  return String(text)
    .replace(/\p{Cc}/gu, " ")
    .slice(0, 100);
}
