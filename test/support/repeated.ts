import type { Database, Tx } from "../../src/db/index.js";

/** What MariaDB says when it has given a transaction up; the same work may be done again at once. */
export const deadlock = () => Object.assign(new Error("Deadlock found; try again"), { code: "ER_LOCK_DEADLOCK" });

/**
 * The same database, on which every transaction comes to a deadlock once, right before its commit, and is done again from
 * the start: whatever its work changes outside of rows is changed twice. `count` says how many were repeated.
 */
export function repeating(db: Database): Database & { count(): number } {
  let repeated = 0;
  return {
    ...db,
    count: () => repeated,
    inTransaction<T>(work: (tx: Tx) => Promise<T>, within?: Tx, joinWrites?: boolean): Promise<T> {
      if (within) return work(within);
      let tries = 0;
      const twice = async (tx: Tx) => {
        const result = await work(tx);
        // Whatever is still kept back is written first, as it would be at the commit.
        await db.all("SELECT 1 AS one", [], tx);
        if (tries++ > 0) return result;
        repeated += 1;
        throw deadlock();
      };
      return db.inTransaction(twice, undefined, joinWrites);
    },
  };
}
