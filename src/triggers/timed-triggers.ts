import type { ActiveVersion, AutomationRoom } from "../automations/index.js";
import { workspaceById } from "../crm/index.js";
import type { Trigger } from "../graph/index.js";
import { readSchedule } from "../shared/schedule.js";
import type { SchedulePlan } from "../shared/schedule-plan.js";

/** The schedules and date triggers of a version. */
export function timedTriggers({ document }: ActiveVersion): Trigger[] {
  return document.triggers.filter(({ kind }) => kind === "schedule" || kind === "date");
}

/** The zone of a version: its document's, else its workspace's. */
export async function zoneOf(room: AutomationRoom, { document, workspaceId }: ActiveVersion): Promise<string> {
  return document.timezone ?? (await workspaceById(room, workspaceId))?.timezone ?? "UTC";
}

/** The plan of a schedule trigger in its version's zone; null when it is no valid schedule. */
export async function planOf(
  room: AutomationRoom,
  version: ActiveVersion,
  trigger: Trigger,
): Promise<SchedulePlan | null> {
  return readSchedule(trigger, await zoneOf(room, version)).plan;
}
