import type { Readable } from "node:stream";
import { createTransport, type DKIMOptions, type NodemailerError, type SMTPPoolOptions } from "nodemailer";
import { deadline } from "../http/deadline.js";
import type { Resolve } from "../http/guarded-lookup.js";
import { guardedSocket } from "../http/guarded-socket.js";
import type { Letter } from "./letter.js";
import type { MailAddress } from "./mail-address.js";
import { type Rejection, rejectionsOf, type SmtpFailure, smtpFailure } from "./smtp-failure.js";
import type { SmtpSettings } from "./smtp-settings.js";

/** The server took the letter, for some recipients at least. */
type Delivered = { ok: true; accepted: string[]; rejected: Rejection[]; response: string };

/** A pool of connections to the operator's mail server. */
export type SmtpTransport = {
  /** Hands a letter over. `from` is also the envelope's sender. Never throws. */
  send(letter: Letter, from: MailAddress, signal: AbortSignal): Promise<Delivered | SmtpFailure>;
  close(): void;
};

/** A mail server silent for this long is given up. */
const SOCKET_TIMEOUT_MS = 30_000;

/** Connects lazily. `timeoutMs` and `resolve` are for tests; `dkim` signs with both unsubscribe headers among the signed ones. */
export function smtpTransport(
  settings: SmtpSettings,
  options: { resolve: Resolve; timeoutMs?: number; dkim?: DKIMOptions },
): SmtpTransport {
  const timeoutMs = options.timeoutMs ?? SOCKET_TIMEOUT_MS;
  const { host, port } = settings.host;
  const pool: SMTPPoolOptions & { pool: true } = {
    pool: true,
    host,
    port,
    secure: settings.secure,
    requireTLS: settings.requireTLS,
    ignoreTLS: settings.ignoreTLS,
    tls: { rejectUnauthorized: settings.rejectUnauthorized },
    maxRequeues: 1,
    connectionTimeout: Math.min(timeoutMs, 15_000),
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket(_options, callback) {
      guardedSocket(host, port, {
        opened: [settings.host],
        resolve: options.resolve,
        timeoutMs: Math.min(timeoutMs, 15_000),
      }).then(
        (connection) => callback(null, { connection }),
        (error: Error) => callback(error),
      );
    },
    ...(settings.auth ? { auth: settings.auth } : {}),
    ...(options.dkim ? { dkim: { ...options.dkim, headerFieldNames: SIGNED } } : {}),
  };
  const transport = createTransport(pool);
  const streams = new Map<string, Readable>();
  // Whether the connection has begun to read the message is the only way to tell "not sent" from "nobody knows".
  transport.use("stream", (mail, done) => {
    const create = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = (settings) => {
      const stream = create(settings);
      streams.set(mail.message.messageId(), stream);
      return stream;
    };
    done();
  });
  return {
    async send(letter, from, signal) {
      const recipients = [...letter.to, ...letter.cc, ...letter.bcc].map((one) => one.address);
      const limit = deadline(signal, timeoutMs * 3);
      try {
        const sent = await transport.sendMail({
          ...contentOf(letter, from),
          envelope: { from: from.address, to: recipients },
          signal: limit.signal,
        });
        const rejected = rejectionsOf(sent.rejectedErrors);
        return { ok: true, accepted: sent.accepted, rejected, response: sent.response };
      } catch (error) {
        const begun = streams.get(letter.messageId)?.readableDidRead === true;
        return smtpFailure(error as NodemailerError, begun, recipients);
      } finally {
        streams.delete(letter.messageId);
        limit.clear();
      }
    },
    close: () => transport.close({ force: true }),
  };
}

const SIGNED =
  "from:sender:reply-to:subject:date:message-id:to:cc:mime-version:content-type:content-transfer-encoding:list-unsubscribe:list-unsubscribe-post";

function contentOf(letter: Letter, from: MailAddress) {
  return {
    from,
    to: letter.to,
    cc: letter.cc,
    ...(letter.replyTo ? { replyTo: letter.replyTo } : {}),
    subject: letter.subject,
    messageId: letter.messageId,
    html: letter.html,
    text: letter.text,
    headers: letter.headers,
    attachments: letter.attachments.map((attachment) => ({ ...attachment, contentDisposition: "attachment" })),
    xMailer: false as const,
  };
}
