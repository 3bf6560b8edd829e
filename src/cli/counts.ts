import { join } from "node:path";

/** `counts rebuild`: counts all runs anew. A server may go on meanwhile; its pages are exact again when this is done. */
export async function countsCommand(): Promise<void> {
  const { configFrom, packageRoot } = await import("../config.js");
  const { connect, databaseClock, migrate } = await import("../db/index.js");
  const { rebuildCounts } = await import("../counts/index.js");
  const db = connect(configFrom(process.env).databaseUrl);
  await migrate(db, join(packageRoot, "migrations"));
  const cells = await rebuildCounts({ db, clock: await databaseClock(db) });
  process.stdout.write(`Counted anew: ${cells} numbers.\n`);
}
