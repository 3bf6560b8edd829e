import type { AutomationRoom } from "../../automations/index.js";
import { factsOf, type RecordRow } from "../../crm/index.js";
import { isDuplicate } from "../../db/index.js";
import { type Cause, emitEvent } from "../../events/index.js";
import { addTicks, type NewTick, type TickOwner, takenRecords } from "../tick.js";

/** Schedules and dates act as the system; what they start acts with the automation owner's rights. */
export const clockCause: Cause = { actor: { type: "system", id: null, name: "Clock" }, source: "clock" };

/** A record to start an automation for, and the tick that makes it once. */
export type RecordTick = { record: RecordRow; tick: string };

/**
 * Emits one event for each record whose tick is not taken yet, with the ticks, in one transaction: a crash leaves both
 * or neither, and of two nodes at once one finds the other's ticks. Returns how many events it emitted.
 */
export async function fireRecords(
  room: AutomationRoom,
  kind: "schedule" | "date",
  workspaceId: string,
  of: TickOwner,
  due: RecordTick[],
): Promise<number> {
  if (due.length === 0) return 0;
  for (let tries = 1; ; tries++) {
    try {
      return await room.db.inTransaction(async (tx) => {
        const taken = await takenRecords(
          room.db,
          of,
          due.map(({ record }) => record.id),
          tx,
        );
        const ticks: NewTick[] = [];
        for (const { record, tick } of due) {
          if (taken.has(`${record.id} ${tick}`)) continue;
          const start = {
            workspaceId,
            kind,
            object: record.object,
            recordId: record.id,
            record: factsOf(record),
            data: { ...of, tick },
          };
          const eventId = await emitEvent(room, start, clockCause, tx);
          ticks.push({ recordId: record.id, tick, status: "fired", eventId, at: room.clock.now() });
        }
        await addTicks(room.db, of, ticks, tx);
        return ticks.length;
      });
    } catch (error) {
      // Another node took one of these between our look and our write; its ticks are there now.
      if (tries >= 5 || !isDuplicate(error)) throw error;
    }
  }
}
