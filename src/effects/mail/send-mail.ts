import type { Database } from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";
import { messageOf } from "../../shared/errors.js";
import type { EffectContext, EffectResult, MailMessage, RecordedEffect } from "../effects.js";
import type { Log } from "../log.js";
import type { KeyRing } from "../secrets/key-ring.js";
import { redact } from "../secrets/redact.js";
import { type Letter, lettersOf, mailFault } from "./letter.js";
import type { MailAddress } from "./mail-address.js";
import { type MailContent, type MailStatus, settleMail, storeMail } from "./mails.js";
import { renderGuarded } from "./render-guarded.js";
import type { Rejection, SmtpFailure } from "./smtp-failure.js";
import type { SmtpTransport } from "./smtp-transport.js";
import { suppress, suppressedAmong } from "./suppressions.js";

/** What sending mail works with; without `smtp` mails are kept. */
export type MailRoom = {
  db: Database;
  clock: Clock;
  log: Log;
  keys: KeyRing;
  baseUrl: string;
  from: MailAddress;
  smtp: SmtpTransport | null;
};

/** How a mail is handled: `kept` is what one becomes that is not handed to a server. */
type Handling = MailRoom & { kept: "kept" | "draft" };

type Posted = { id: string; letter: Letter; status: MailStatus; rejected: Rejection[]; failure: SmtpFailure | null };

/**
 * Sends a mail, or keeps it: as a draft when it is one, and where there is no mail server. A repetition under the same idempotency key sends only what is not yet known to have left, with
 * the Message-ID it had before. Secrets are redacted from what is stored.
 */
export async function sendMail(
  room: MailRoom,
  context: EffectContext,
  message: MailMessage,
  secrets: Record<string, string>,
): Promise<EffectResult> {
  const { workspaceId, idempotencyKey } = context;
  const fault = mailFault(message);
  if (fault) return { ok: false, code: "invalid_mail", message: fault, retryable: false };
  const parts = await renderGuarded(message);
  if (typeof parts === "string") return { ok: false, code: "invalid_mail", message: parts, retryable: false };
  const domain = room.from.address.slice(room.from.address.lastIndexOf("@") + 1);
  const all = lettersOf(message, parts, {
    workspaceId,
    idempotencyKey,
    domain,
    baseUrl: room.baseUrl,
    keys: room.keys,
  });
  const suppressed =
    message.class === "marketing"
      ? await suppressedAmong(room, workspaceId, addressesOf(all))
      : new Map<string, string>();
  const letters = all.filter((letter) => !letter.to.some((one) => suppressed.has(one.address.toLowerCase())));
  const left = { suppressed: [...suppressed].map(([address, reason]) => ({ address, reason })) };
  if (letters.length === 0) {
    const why = "No recipient may be sent marketing mail: they unsubscribed, or an earlier mail came back.";
    return { ok: false, code: "suppressed", message: why, retryable: false, output: left };
  }
  if (context.record) return recorded(context, context.record, letters, message, room.from, secrets, left);
  const handling: Handling = message.draft ? { ...room, smtp: null, kept: "draft" } : { ...room, kept: "kept" };
  const posted = await Promise.all(letters.map((letter) => post(handling, context, letter, secrets)));
  return resultOf(posted, left);
}

function recorded(
  context: EffectContext,
  record: RecordedEffect[],
  letters: Letter[],
  { draft = false }: MailMessage,
  from: MailAddress,
  secrets: Record<string, string>,
  left: { suppressed: unknown[] },
): EffectResult {
  const { stepKey } = context;
  for (const letter of letters)
    record.push({
      kind: draft ? "email.draft" : "email.send",
      stepKey,
      rendered: redact(shown(letter, from), secrets),
    });
  const messageId = letters[0]?.messageId;
  const accepted = letters.flatMap(everyone);
  return {
    ok: true,
    output: { status: draft ? "draft" : "sent", simulated: true, messageId, accepted, rejected: [], ...left },
  };
}

async function post(
  room: Handling,
  context: EffectContext,
  letter: Letter,
  secrets: Record<string, string>,
): Promise<Posted> {
  const { workspaceId, runId, stepKey, signal } = context;
  const content = contentOf(letter, room.from);
  const stored = await storeMail(room, {
    ...redact({ to: letter.to.map((one) => one.address), subject: letter.subject, content }, secrets),
    workspaceId,
    messageId: letter.messageId,
    runId,
    stepKey,
    status: room.smtp ? "sending" : room.kept,
  });
  const done = { id: stored.id, letter, rejected: [], failure: null };
  if (stored.status === "kept" || stored.status === "sent" || !room.smtp) {
    if (stored.status !== "sent" && !stored.isNew) await settleMail(room, stored.id, room.kept, null);
    return { ...done, status: stored.status === "sent" ? "sent" : room.kept };
  }
  if (!stored.isNew) await settleMail(room, stored.id, "sending", null);
  const result = await room.smtp.send(letter, room.from, signal);
  const status = result.ok ? "sent" : result.code === "unknown_outcome" ? "unknown" : "failed";
  // The mail may be gone already: a row that cannot be written now must not turn its sending into a failure.
  await note(room, workspaceId, stored.id, status, result.ok ? null : result.message, secrets, result.rejected);
  return { ...done, status, rejected: result.rejected, failure: result.ok ? null : result };
}

async function note(
  room: MailRoom,
  workspaceId: string,
  id: string,
  status: MailStatus,
  error: string | null,
  secrets: Record<string, string>,
  rejected: Rejection[],
): Promise<void> {
  try {
    await settleMail(room, id, status, redact(error, secrets));
    for (const one of rejected) if (one.hard) await suppress(room, workspaceId, one.address, "bounced");
  } catch (failure) {
    room.log.error({ mailId: id, status, error: messageOf(failure) }, "what became of a mail could not be stored");
  }
}

/** A failure worth another try outweighs the rest; otherwise one mail that left makes the step a success that names the others. */
function resultOf(posted: Posted[], left: { suppressed: unknown[] }): EffectResult {
  const failures = posted.flatMap(({ failure }) => (failure ? [failure] : []));
  const rejected = posted
    .flatMap((one) => one.rejected)
    .map(({ address, code, message }) => ({ address, code, message }));
  const refused = new Set(rejected.map((one) => one.address));
  const gone = posted.filter((one) => !one.failure);
  const kept = gone.some((one) => one.status === "kept");
  const draft = gone.some((one) => one.status === "draft");
  const output = {
    status: draft ? "draft" : kept ? "kept" : "sent",
    messageId: posted[0]?.letter.messageId,
    mails: posted.map(({ id, letter, status }) => ({
      id,
      messageId: letter.messageId,
      to: addressesOf([letter]),
      status,
    })),
    accepted: gone.flatMap(({ letter }) => everyone(letter)).filter((address) => !refused.has(address)),
    rejected,
    ...left,
    ...(kept ? { note: "No mail server is set (SMTP_URL): the mail is kept in the outbox and was not sent." } : {}),
  };
  const failure = failures.find((one) => one.retryable) ?? (gone.length === 0 ? failures[0] : undefined);
  if (!failure) return { ok: true, output };
  const { code, message, retryable } = failure;
  return { ok: false, code, message, retryable, output: { ...output, status: "failed" } };
}

const addressesOf = (letters: Letter[]): string[] => letters.flatMap((letter) => letter.to.map((one) => one.address));
const everyone = (letter: Letter): string[] => [...letter.to, ...letter.cc, ...letter.bcc].map((one) => one.address);
const written = ({ name, address }: MailAddress): string => (name ? `${name} <${address}>` : address);

function contentOf(letter: Letter, from: MailAddress): MailContent {
  return {
    from: written(from),
    cc: letter.cc.map(written),
    bcc: letter.bcc.map(written),
    replyTo: letter.replyTo ? written(letter.replyTo) : null,
    class: letter.class,
    html: letter.html,
    text: letter.text,
    attachments: letter.attachments.map(({ filename, contentType, content }) => ({
      filename,
      contentType,
      size: content.length,
    })),
  };
}

function shown(letter: Letter, from: MailAddress): Record<string, unknown> {
  return {
    to: letter.to.map(written),
    subject: letter.subject,
    messageId: letter.messageId,
    ...contentOf(letter, from),
  };
}
