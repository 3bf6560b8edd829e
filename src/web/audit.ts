import { Op } from "sequelize";
import type { Actor, Host } from "../crm/index.js";
import { code, defineTable, id, instant, json, optional, serial, text } from "../db/index.js";
import { iso } from "../shared/clock.js";
import { numberCursor } from "../shared/cursor.js";
import type { JsonObject } from "../shared/json.js";

/** Who changed what in the set-up. Written here alone. Forgotten by the workspace's setting `audit`. */
const audit = defineTable("millrace_audit", {
  id: serial,
  workspaceId: id,
  at: instant,
  actor: json<Actor>(),
  action: code(60),
  subject: optional(text(190)),
  details: optional(json<JsonObject>()),
});

/** One line of the audit log: who did what to what, and when (ISO). Details never hold a secret or a password. */
export type AuditEntry = {
  id: string;
  at: string;
  actor: Actor;
  action: string;
  subject: string | null;
  details: JsonObject;
};

/** Writes down what someone did to the workspace's set-up. `action` is a stable word (`automation.published`). */
export async function recordAudit(
  host: Host,
  workspaceId: string,
  actor: Actor,
  action: string,
  subject: string | null,
  details: JsonObject = {},
): Promise<void> {
  await audit(host.db).create({ workspaceId, at: host.clock.now(), actor, action, subject, details });
}

/** A page of the audit log, newest first; `limit` at most 200. */
export async function listAudit(
  host: Host,
  workspaceId: string,
  {
    limit = 50,
    cursor,
    action,
  }: { limit?: number | undefined; cursor?: string | undefined; action?: string | undefined } = {},
): Promise<{ data: AuditEntry[]; nextCursor: string | null }> {
  const take = Math.min(Math.max(Math.trunc(limit), 1), 200);
  const rows = await audit(host.db, workspaceId).findAll({
    where: {
      ...(cursor === undefined ? {} : { id: { [Op.lt]: numberCursor(cursor) } }),
      ...(action === undefined ? {} : { action }),
    },
    order: [["id", "DESC"]],
    limit: take + 1,
  });
  const data = rows.slice(0, take).map(({ workspaceId: _workspaceId, id, at, details, ...row }) => ({
    ...row,
    id: String(id),
    at: iso(at),
    details: details ?? {},
  }));
  return { data, nextCursor: rows.length > take ? (data.at(-1)?.id ?? null) : null };
}
