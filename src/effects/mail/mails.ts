import { type Database, fromColumn, type Row, toColumn } from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";
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
  const { workspaceId, messageId, runId, stepKey, status, content } = mail;
  const subject = mail.subject.slice(0, 998);
  const id = newId();
  const row: Row = {
    id,
    workspaceId,
    messageId,
    runId,
    stepKey,
    status,
    to: toColumn(mail.to),
    subject,
    mail: toColumn(content),
    at: room.clock.now(),
  };
  const { changes } = await room.db.insert("millrace_mails", [row], undefined, true);
  if (changes > 0) return { id, status, isNew: true };
  const found = await room.db.one("SELECT id, status FROM millrace_mails WHERE workspaceId = ? AND messageId = ?", [
    workspaceId,
    messageId,
  ]);
  return { id: String(found?.["id"]), status: String(found?.["status"]) as MailStatus, isNew: false };
}

/** Notes what became of a mail. */
export async function settleMail(room: Room, id: string, status: MailStatus, error: string | null): Promise<void> {
  await room.db.run("UPDATE millrace_mails SET status = ?, error = ?, at = ? WHERE id = ?", [
    status,
    error,
    room.clock.now(),
    id,
  ]);
}

/** A page of the workspace's mails, newest first. `limit` at most 200; `cursor` is the `nextCursor` of the page before. */
export async function listMails(
  room: Pick<Room, "db">,
  workspaceId: string,
  options: { limit?: number; cursor?: string; status?: MailStatus; runId?: string } = {},
): Promise<{ data: Mail[]; nextCursor: string | null }> {
  const limit = Math.min(Math.max(Math.trunc(options.limit ?? 50), 1), 200);
  const filters: [string, string | undefined][] = [
    ["id < ?", options.cursor],
    ["status = ?", options.status],
    ["runId = ?", options.runId],
  ];
  const given = filters.filter((filter): filter is [string, string] => filter[1] !== undefined);
  const rows = await room.db.all(
    `SELECT id, messageId, runId, stepKey, status, \`to\`, subject, error, at FROM millrace_mails
     WHERE ${["workspaceId = ?", ...given.map(([sql]) => sql)].join(" AND ")} ORDER BY id DESC LIMIT ${limit + 1}`,
    [workspaceId, ...given.map(([, value]) => value)],
  );
  const data = rows.slice(0, limit).map(mailOf);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** One mail with its content. Throws `not_found`. */
export async function getMail(
  room: Pick<Room, "db">,
  workspaceId: string,
  id: string,
): Promise<Mail & { content: MailContent }> {
  const row = await room.db.one("SELECT * FROM millrace_mails WHERE workspaceId = ? AND id = ?", [workspaceId, id]);
  if (!row) throw notFound("mail", id);
  return { ...mailOf(row), content: fromColumn<MailContent>(row["mail"], EMPTY) };
}

const EMPTY: MailContent = {
  from: "",
  cc: [],
  bcc: [],
  replyTo: null,
  class: "transactional",
  html: "",
  text: "",
  attachments: [],
};

function mailOf(row: Row): Mail {
  const text = (name: string) => (row[name] === null || row[name] === undefined ? null : String(row[name]));
  return {
    id: String(row["id"]),
    messageId: String(row["messageId"]),
    runId: text("runId"),
    stepKey: text("stepKey"),
    status: String(row["status"]) as MailStatus,
    to: fromColumn<string[]>(row["to"], []),
    subject: String(row["subject"]),
    error: text("error"),
    at: Number(row["at"]),
  };
}
