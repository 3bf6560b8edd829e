import { marks, type Row, type Tx } from "../../db/index.js";
import { iso } from "../../shared/clock.js";
import { type FieldError, invalid, notFound } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";
import { isId } from "../objects/storage.js";
import type { Host } from "../record.js";
import { getUser } from "./user.js";

/** Something a person is told inside the application. `readAt` null: not seen yet. */
export type Notification = {
  id: string;
  title: string;
  body: string | null;
  link: string | null;
  at: string;
  readAt: string | null;
};

/** Tells a user something, in the caller's transaction when there is one. 404 for an unknown user; 422 for a bad text. */
export async function notifyUser(
  host: Host,
  workspaceId: string,
  userId: string,
  { title, body = null, link = null }: { title: string; body?: string | null; link?: string | null },
  tx?: Tx,
): Promise<string> {
  check(title, link);
  if (!(await getUser(host, workspaceId, userId, tx))) throw notFound("user", userId);
  const id = newId();
  const row = { id, workspaceId, userId, title, body, link, at: host.clock.now(), readAt: null };
  if (tx) await host.db.insertLater("millrace_notifications", [row], tx);
  else await host.db.insert("millrace_notifications", [row]);
  return id;
}

/** What a user was told, newest first, up to `limit`; `unread` leaves out what was seen. */
export async function notificationsOf(
  host: Host,
  userId: string,
  { limit = 50, unread = false } = {},
): Promise<Notification[]> {
  if (!isId(userId)) return [];
  const rows = await host.db.all(
    `SELECT * FROM millrace_notifications WHERE userId = ?${unread ? " AND readAt IS NULL" : ""} ORDER BY id DESC LIMIT ${Math.min(200, Math.max(1, Math.trunc(limit)))}`,
    [userId],
  );
  return rows.map(fromRow);
}

/** Marks a user's notifications as seen: those named, or all. Returns how many were new. */
export async function markNotificationsRead(host: Host, userId: string, ids?: readonly string[]): Promise<number> {
  const named = ids?.filter(isId);
  if (!isId(userId) || named?.length === 0) return 0;
  const { changes } = await host.db.run(
    `UPDATE millrace_notifications SET readAt = ? WHERE userId = ? AND readAt IS NULL${named ? ` AND id IN (${marks(named)})` : ""}`,
    [host.clock.now(), userId, ...(named ?? [])],
  );
  return changes;
}

/** A link stays inside the application or is a web address; nothing that runs as script. */
function check(title: string, link: string | null): void {
  const errors: FieldError[] = [];
  if (typeof title !== "string" || !title.trim() || [...title].length > 250)
    errors.push({ path: "title", message: "Give a title of up to 250 characters." });
  if (link !== null && (link.length > 500 || !/^(\/(?!\/)|https?:\/\/)/i.test(link)))
    errors.push({ path: "link", message: "A link begins with / or https://." });
  if (errors.length > 0) throw invalid(errors);
}

function fromRow(row: Row): Notification {
  return {
    id: String(row["id"]),
    title: String(row["title"]),
    body: row["body"] === null ? null : String(row["body"]),
    link: row["link"] === null ? null : String(row["link"]),
    at: iso(Number(row["at"])),
    readAt: row["readAt"] === null ? null : iso(Number(row["readAt"])),
  };
}
