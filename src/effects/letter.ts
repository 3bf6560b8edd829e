import { createHash } from "node:crypto";
import type { MailMessage } from "./effects.js";
import type { KeyRing } from "./key-ring.js";
import { type MailAddress, mailAddress } from "./mail-address.js";
import { renderMail } from "./render-mail.js";
import { unsubscribeUrl } from "./suppressions.js";

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
 * The letters a message becomes: one, or for marketing one for each recipient, who gets an unsubscribe address of their
 * own and never sees the others. A text instead says what is wrong with the message.
 */
export function lettersOf(
  message: MailMessage,
  from: { workspaceId: string; idempotencyKey: string; domain: string; baseUrl: string; keys: KeyRing },
): Letter[] | string {
  const to = message.to.map(mailAddress);
  const cc = (message.cc ?? []).map(mailAddress);
  const bcc = (message.bcc ?? []).map(mailAddress);
  const replyTo = message.replyTo === undefined ? null : mailAddress(message.replyTo);
  const fault = faultOf(message, to, [...cc, ...bcc], replyTo);
  if (fault) return fault;
  const attachments = (message.attachments ?? []).map((attachment) => ({
    filename: attachment.filename,
    content: Buffer.from(attachment.content, attachment.encoding ?? "utf8"),
    contentType: attachment.contentType ?? "application/octet-stream",
  }));
  if (attachments.reduce((sum, attachment) => sum + attachment.content.length, 0) > MAX_ATTACHED) {
    return "The attachments are larger than 10 MB together.";
  }
  const common = { class: message.class, replyTo, subject: message.subject.trim(), attachments };
  if (message.class === "transactional") {
    const messageId = messageIdOf(from.idempotencyKey, from.domain);
    return [
      {
        ...common,
        ...renderMail(message, null),
        messageId,
        to: given(to),
        cc: given(cc),
        bcc: given(bcc),
        headers: {},
      },
    ];
  }
  return given(to).map((recipient) => {
    const url = unsubscribeUrl(from.keys, from.baseUrl, from.workspaceId, recipient.address);
    const headers = { "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
    const messageId = messageIdOf(`${from.idempotencyKey}|${recipient.address}`, from.domain);
    return { ...common, ...renderMail(message, url), messageId, to: [recipient], cc: [], bcc: [], headers };
  });
}

/** The same key gives the same Message-ID, so that mail programs and servers can tell a repetition. */
function messageIdOf(key: string, domain: string): string {
  return `<${createHash("sha256").update(key).digest("hex").slice(0, 40)}@${domain}>`;
}

function faultOf(
  message: MailMessage,
  to: (MailAddress | null)[],
  copies: (MailAddress | null)[],
  replyTo: MailAddress | null,
): string | null {
  const wrong = [...message.to, ...(message.cc ?? []), ...(message.bcc ?? [])].find(
    (_, at) => [...to, ...copies][at] === null,
  );
  if (wrong !== undefined) return `"${shown(wrong)}" is not one e-mail address. Give several as a list.`;
  if (message.replyTo !== undefined && !replyTo)
    return `The reply address "${shown(message.replyTo)}" is not one e-mail address.`;
  if (to.length === 0) return "The mail has no recipient.";
  if (to.length + copies.length > MAX_RECIPIENTS) return `A mail goes to at most ${MAX_RECIPIENTS} addresses.`;
  if (message.class === "marketing" && copies.length > 0)
    return "A marketing mail has no copies: each recipient gets their own.";
  if (/[\r\n]/.test(message.subject.trim())) return "The subject holds a line break.";
  if (message.subject.trim() === "" || message.subject.length > 900)
    return "The subject is empty or longer than 900 characters.";
  if (message.body.length > MAX_BODY) return "The body is longer than 256,000 characters.";
  const named = (message.attachments ?? []).every(
    (attachment) =>
      /^[^\p{Cc}/\\]{1,200}$/u.test(attachment.filename) &&
      /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w-]+)*$/.test(attachment.contentType ?? "a/b"),
  );
  return named ? null : "An attachment's name or content type is not usable.";
}

function given(addresses: (MailAddress | null)[]): MailAddress[] {
  return addresses.filter((address) => address !== null);
}

function shown(text: unknown): string {
  return String(text)
    .replace(/\p{Cc}/gu, " ")
    .slice(0, 100);
}
