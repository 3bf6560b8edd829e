import { type Automation, type AutomationRoom, automations } from "./automation.js";

/** The names of those of the given ids that are automations of the workspace. */
export async function automationNames(
  { db }: AutomationRoom,
  workspaceId: string,
  ids: string[],
): Promise<Pick<Automation, "id" | "name">[]> {
  if (ids.length === 0) return [];
  return automations(db, workspaceId).findAll({ attributes: ["id", "name"], where: { id: ids } });
}
