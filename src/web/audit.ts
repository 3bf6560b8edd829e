import type { Actor, Host } from "../crm/index.js";
import { iso } from "../shared/clock.js";
import type { JsonObject } from "../shared/json.js";

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
  const row = {
    workspaceId,
    at: host.clock.now(),
    actor: JSON.stringify(actor),
    action,
    subject,
    details: JSON.stringify(details),
  };
  await host.db.insert("millrace_audit", [row]);
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
  const where = ["workspaceId = ?"];
  const params: (string | number)[] = [workspaceId];
  if (cursor !== undefined) {
    where.push("id < ?");
    params.push(Number(cursor) || 0);
  }
  if (action !== undefined) {
    where.push("action = ?");
    params.push(action);
  }
  const rows = await host.db.all(
    `SELECT * FROM millrace_audit WHERE ${where.join(" AND ")} ORDER BY id DESC LIMIT ${take + 1}`,
    params,
  );
  const data = rows.slice(0, take).map((row) => ({
    id: String(row["id"]),
    at: iso(Number(row["at"])),
    actor: JSON.parse(String(row["actor"])) as Actor,
    action: String(row["action"]),
    subject: row["subject"] === null ? null : String(row["subject"]),
    details: JSON.parse(String(row["details"] ?? "{}")) as JsonObject,
  }));
  return { data, nextCursor: rows.length > take ? (data.at(-1)?.id ?? null) : null };
}
