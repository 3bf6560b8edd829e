import { marks } from "../db/index.js";
import type { Automation, AutomationRoom } from "./automation.js";

/** The names of those of the given ids that are automations of the workspace. */
export async function automationNames(
  { db }: AutomationRoom,
  workspaceId: string,
  ids: string[],
): Promise<Pick<Automation, "id" | "name">[]> {
  if (ids.length === 0) return [];
  const rows = await db.all(
    `SELECT id, name FROM millrace_automations WHERE id IN (${marks(ids)}) AND workspaceId = ?`,
    [...ids, workspaceId],
  );
  return rows.map(({ id, name }) => ({ id: String(id), name: String(name) }));
}
