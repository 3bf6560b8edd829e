import type { Tx } from "../db/index.js";
import type { AutomationRoom } from "./automation.js";

/** Workspaces in which an automation listens for failures, as of a stamp. */
type Listeners = { stamp: number; workspaces: Set<string> };

const listeners = new WeakMap<object, Listeners>();

/** True when some active automation of the workspace starts on the failure of a run. Asked anew after every publication. */
export async function listensForFailures(room: AutomationRoom, workspaceId: string, tx: Tx): Promise<boolean> {
  const row = await room.db.one("SELECT value FROM millrace_locks WHERE name = 'automations'", [], tx);
  const stamp = Number(row?.["value"] ?? 0);
  const known = listeners.get(room.db);
  if (known?.stamp === stamp) return known.workspaces.has(workspaceId);
  const rows = await room.db.all(
    `SELECT DISTINCT a.workspaceId FROM millrace_automations a
       JOIN millrace_versions v ON v.automationId = a.id AND v.version = a.publishedVersion
      WHERE a.status = 'active' AND a.deletedAt IS NULL AND v.document LIKE '%"on":"failed"%'`,
    [],
    tx,
  );
  const workspaces = new Set(rows.map((each) => String(each["workspaceId"])));
  listeners.set(room.db, { stamp, workspaces });
  return workspaces.has(workspaceId);
}
