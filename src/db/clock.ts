import type { Clock } from "../shared/clock.js";
import type { Database } from "./database.js";

/**
 * The database server's time, as far as this process can tell: its own clock plus the difference last measured, so that
 * workers with wrong clocks still agree on what is due. `sync` measures anew. On SQLite both are the same machine.
 */
export async function databaseClock(db: Database): Promise<Clock & { sync(): Promise<void> }> {
  let offset = 0;
  const clock = {
    now: () => Date.now() + offset,
    async sync() {
      if (db.dialect === "sqlite") return;
      const before = Date.now();
      const row = await db.one("SELECT ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS now");
      const measured = Number(row?.["now"]) - (before + Date.now()) / 2;
      // A difference smaller than a round trip is noise; following it would only make time jump.
      offset = Math.abs(measured) < 250 ? 0 : Math.round(measured);
    },
  };
  await clock.sync();
  return clock;
}
