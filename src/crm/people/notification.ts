import {
  checked,
  defineTable,
  id,
  instant,
  longText,
  optional,
  primary,
  type RowOf,
  type Tx,
  text,
} from "../../db/index.js";
import { iso } from "../../shared/clock.js";
import { notFound } from "../../shared/errors.js";
import { newId } from "../../shared/ids.js";
import type { Host } from "../host.js";
import { isId } from "../objects/storage.js";
import { getUser } from "../user.js";

/** What people were told inside the application. Written here: by steps, and by failures to an automation's owner. */
const notifications = defineTable("millrace_notifications", {
  id: primary(id),
  workspaceId: id,
  userId: id,
  title: checked(text(250), (title) =>
    title.trim() && [...title].length <= 250 ? null : "Give a title of up to 250 characters.",
  ),
  body: optional(longText),
  /** A link stays inside the application or is a web address; nothing that runs as script. */
  link: checked(optional(text(500)), (link) =>
    link.length <= 500 && /^(\/(?!\/)|https?:\/\/)/i.test(link) ? null : "A link begins with / or https://.",
  ),
  at: instant,
  /** Null: not seen yet. */
  readAt: optional(instant),
});

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
  if (!(await getUser(host, workspaceId, userId, tx))) throw notFound("user", userId);
  const row = { id: newId(), workspaceId, userId, title, body, link, at: host.clock.now() };
  if (tx) await notifications(host.db).createLater([row], tx);
  else await notifications(host.db).create(row);
  return row.id;
}

/** What a user was told, newest first, up to `limit`; `unread` leaves out what was seen. */
export async function notificationsOf(
  host: Host,
  userId: string,
  { limit = 50, unread = false } = {},
): Promise<Notification[]> {
  if (!isId(userId)) return [];
  const rows = await notifications(host.db).findAll({
    where: { userId, ...(unread ? { readAt: null } : {}) },
    order: [["id", "DESC"]],
    limit: Math.min(200, Math.max(1, Math.trunc(limit))),
  });
  return rows.map(fromRow);
}

/** Marks a user's notifications as seen: those named, or all. Returns how many were new. */
export async function markNotificationsRead(host: Host, userId: string, ids?: readonly string[]): Promise<number> {
  if (!isId(userId)) return 0;
  const named = ids ? { id: ids.filter(isId) } : {};
  return notifications(host.db).update({ readAt: host.clock.now() }, { where: { userId, readAt: null, ...named } });
}

function fromRow({ id, title, body, link, at, readAt }: RowOf<typeof notifications.columns>): Notification {
  return { id, title, body, link, at: iso(at), readAt: readAt === null ? null : iso(readAt) };
}
