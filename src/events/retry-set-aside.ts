import { Op } from "sequelize";
import type { EventRoom } from "./event.js";
import { handBack } from "./outbox.js";
import { setAsideTable, toldKind } from "./set-aside.js";

/** How many are tried again in one transaction. */
const AT_ONCE = 200;

/**
 * Hands set-aside events to the relay again, one or (`id` null) all that can be, as if they had never failed: it decides
 * by the values they were written with. Starts that a run asked for stay: that run has been told that they are lost.
 * Returns how many; of two who try at once, one counts each.
 */
export async function retrySetAside(room: EventRoom, workspaceId: string, id: string | null): Promise<number> {
  if (id !== null && !/^\d{1,15}$/.test(id)) return 0;
  let total = 0;
  for (let after = 0; ; ) {
    const only = id === null ? { [Op.gt]: after } : { [Op.gt]: after, [Op.eq]: Number(id) };
    const rows = await setAsideTable(room.db).findAll({
      where: { workspaceId, eventId: only, kind: { [Op.ne]: toldKind } },
      order: [["eventId", "ASC"]],
      limit: AT_ONCE,
    });
    const ids = rows.map(({ eventId }) => eventId);
    if (ids.length === 0) return total;
    total += await room.db.inTransaction(async (tx) => {
      let taken = 0;
      for (const eventId of ids) {
        if ((await setAsideTable(room.db).destroy({ where: { workspaceId, eventId }, transaction: tx })) === 0)
          continue;
        taken += await handBack(room, eventId, tx);
      }
      if (taken > 0) tx.afterCommit(() => room.ring("relay"));
      return taken;
    });
    after = ids.at(-1) ?? after;
  }
}
