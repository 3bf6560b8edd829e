import { defineTable, id, instant, integer, optional, serial, type Tx } from "../db/index.js";
import type { AutomationRoom } from "./automation.js";

/**
 * From when to when which version listened. Written here, by publishing, switching and deleting; never changed once it
 * has ended. Forgotten with the automation.
 */
const activations = defineTable("millrace_activations", {
  id: serial,
  automationId: id,
  version: integer,
  fromAt: instant,
  /** Null: it listens. */
  untilAt: optional(instant),
});

/** The versions that were live for an automation, newest first: which one an event met, or that it met none. */
export async function activationsOf(
  room: AutomationRoom,
  automationId: string,
): Promise<{ version: number; fromAt: number; untilAt: number | null }[]> {
  return activations(room.db).findAll({
    attributes: ["version", "fromAt", "untilAt"],
    where: { automationId },
    order: [["fromAt", "DESC"]],
    limit: 200,
  });
}

/** Since when automations listen, those named or all (null). */
export async function openActivations(
  room: AutomationRoom,
  automationIds: string[] | null,
  tx?: Tx,
): Promise<Map<string, number>> {
  const rows = await activations(room.db).findAll({
    attributes: ["automationId", "fromAt"],
    where: { untilAt: null, ...(automationIds ? { automationId: automationIds } : {}) },
    order: [["fromAt", "ASC"]],
    transaction: tx,
  });
  return new Map(rows.map(({ automationId, fromAt }) => [automationId, fromAt]));
}

/** What listened does so no longer; `version`, when there is one, does from now on. */
export async function switchActivation(
  room: AutomationRoom,
  automationId: string,
  version: number | null,
  tx: Tx,
): Promise<void> {
  const now = room.clock.now();
  await activations(room.db).update({ untilAt: now }, { where: { automationId, untilAt: null }, transaction: tx });
  if (version !== null) await activations(room.db).create({ automationId, version, fromAt: now }, { transaction: tx });
}
