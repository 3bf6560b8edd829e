import { Op } from "sequelize";
import {
  code,
  type Database,
  defineTable,
  id,
  instant,
  json,
  longText,
  optional,
  primary,
  type RowOf,
  text,
} from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";
import { idCursor } from "../../shared/cursor.js";
import { notFound } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";

/** `draft`: for a person to look at. `kept`: no mail server is set, so it stays here. `sending`, `unknown`: handed over, but never confirmed. */
export type MailStatus = "draft" | "sending" | "kept" | "sent" | "failed" | "unknown";

/** A mail in the outbox page's list. */
export type Mail = {
  id: string;
  messageId: string;
  runId: string | null;
  stepKey: string | null;
  status: MailStatus;
  to: string[];
  subject: string;
  error: string | null;
  at: number;
};

/** The mail itself, secrets redacted. Its HTML is the author's: show it in a sandboxed frame only. */
export type MailContent = {
  from: string;
  cc: string[];
  bcc: string[];
  replyTo: string | null;
  class: "transactional" | "marketing";
  html: string;
  text: string;
  attachments: { filename: string; contentType: string; size: number }[];
};

/**
 * Mails as they were handed over or kept, with their bodies. Written here by the mail route; the Message-ID is what keeps
 * a repeated step from sending twice. Forgotten by `mails`, once the run is over.
 */
const mails = defineTable("millrace_mails", {
  id: primary(id),
  workspaceId: id,
  messageId: text(190),
  runId: optional(id),
  stepKey: optional(code(64)),
  status: code<MailStatus>(20, ["draft", "sending", "kept", "sent", "failed", "unknown"]),
  to: json<string[]>(),
  subject: text(998),
  mail: json<MailContent>(),
  error: optional(longText),
  at: instant,
});

type Room = { db: Database; clock: Clock };

/** What is stored of a mail before it leaves. */
export type NewMail = Pick<Mail, "messageId" | "runId" | "stepKey" | "to" | "subject"> & {
  workspaceId: string;
  status: MailStatus;
  content: MailContent;
};

/**
 * Stores a mail under its Message-ID, or finds the row an earlier try left: a mail that is `sent` or `kept` already must not
 * go out again.
 */
export async function storeMail(
  room: Room,
  mail: NewMail,
): Promise<{ id: string; status: MailStatus; isNew: boolean }> {
  const { workspaceId, messageId, runId, stepKey, status, to, content } = mail;
  const id = newId();
  const subject = mail.subject.slice(0, 998);
  const row = { id, workspaceId, messageId, runId, stepKey, status, to, subject, mail: content, at: room.clock.now() };
  await mails(room.db).bulkCreate([row], { ignoreDuplicates: true });
  const stored = await mails(room.db, workspaceId).findOne({ attributes: ["id", "status"], where: { messageId } });
  if (!stored) throw new Error(`The Message-ID ${messageId} is taken by a mail of another workspace.`);
  return { id: stored.id, status: stored.status, isNew: stored.id === id };
}

/** Notes what became of a mail. */
export async function settleMail(room: Room, id: string, status: MailStatus, error: string | null): Promise<void> {
  await mails(room.db).update({ status, error, at: room.clock.now() }, { where: { id } });
}

/** A page of the workspace's mails, newest first. `limit` at most 200; `cursor` is the `nextCursor` of the page before. */
export async function listMails(
  room: Pick<Room, "db">,
  workspaceId: string,
  options: { limit?: number; cursor?: string; status?: MailStatus; runId?: string } = {},
): Promise<{ data: Mail[]; nextCursor: string | null }> {
  const limit = Math.min(Math.max(Math.trunc(options.limit ?? 50), 1), 200);
  const { status, runId } = options;
  const cursor = idCursor(options.cursor);
  const rows = await mails(room.db, workspaceId).findAll({
    attributes: { exclude: ["mail"] },
    where: {
      ...(cursor === undefined ? {} : { id: { [Op.lt]: cursor } }),
      ...(status === undefined ? {} : { status }),
      ...(runId === undefined ? {} : { runId }),
    },
    order: [["id", "DESC"]],
    limit: limit + 1,
  });
  const data = rows.slice(0, limit).map(mailOf);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** One mail with its content. Throws `not_found`. */
export async function getMail(
  room: Pick<Room, "db">,
  workspaceId: string,
  id: string,
): Promise<Mail & { content: MailContent }> {
  const row = await mails(room.db, workspaceId).findOne({ where: { id } });
  if (!row) throw notFound("mail", id);
  return { ...mailOf(row), content: row.mail };
}

function mailOf({ id, messageId, runId, stepKey, status, to, subject, error, at }: RowOf<typeof mails.columns>): Mail {
  return { id, messageId, runId, stepKey, status, to, subject, error, at };
}
