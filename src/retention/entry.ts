import { code, type Database, defineTable, id, instant, primary, type Tx } from "../db/index.js";

/**
 * Records that have been in an automation they may enter only once, and whose run is forgotten. Written by `noteEntries`.
 * Forgotten with the automation.
 */
export const entries = defineTable("millrace_entries", {
  automationId: primary(id),
  object: primary(code(64)),
  recordId: primary(code(64)),
  at: instant,
});

/** True for a record whose run in an automation it may enter once has been forgotten. */
export async function hasEntered(
  db: Database,
  automationId: string,
  record: { object: string; id: string } | null,
  tx: Tx,
): Promise<boolean> {
  const where = { automationId, object: record?.object ?? "", recordId: record?.id ?? "" };
  return (await entries(db).findOne({ where, transaction: tx })) !== null;
}
