import type { Database } from "../../src/db/index.js";

/** What work cost: statements sent, and rows the server read for them (0 on SQLite, which does not say). */
export type Cost = { statements: number; rowsRead: number };

/** Counts what `work` costs that goes through transactions of `db`; nothing else may use `db` meanwhile. */
export async function costOf(db: Database, work: () => Promise<unknown>): Promise<Cost> {
  const { all, run, inTransaction } = db;
  const cost: Cost = { statements: 0, rowsRead: 0 };
  const counted = <A extends unknown[], R>(send: (...asked: A) => R) => {
    return (...asked: A): R => {
      cost.statements += 1;
      return send(...asked);
    };
  };
  db.all = counted(all) as Database["all"];
  db.run = counted(run);
  db.inTransaction = (inside, within, joinWrites) =>
    inTransaction(
      async (tx) => {
        const read = async () => {
          if (db.dialect !== "mysql") return 0;
          const rows = await all("SHOW SESSION STATUS LIKE 'Handler_read%'", [], tx);
          return rows.reduce((sum, row) => sum + Number(row["Value"]), 0);
        };
        const before = await read();
        const result = await inside(tx);
        cost.rowsRead += (await read()) - before;
        return result;
      },
      within,
      joinWrites,
    );
  try {
    await work();
  } finally {
    Object.assign(db, { all, run, inTransaction });
  }
  return cost;
}
