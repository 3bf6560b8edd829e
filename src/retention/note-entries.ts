import { fromColumn, marks, type Row, type Tx } from "../db/index.js";
import { entries } from "./entry.js";
import type { RetentionRoom } from "./room.js";

/**
 * Remembers, of runs about to go, which records have been in an automation they may enter only once: the run was what
 * said so. `rows`: runs.
 */
export async function noteEntries(room: RetentionRoom, rows: Row[], tx: Tx): Promise<void> {
  const counted = rows.filter((row) => row["status"] !== "skipped" && Number(row["replay"]) === 0);
  const ids = [...new Set(counted.map((row) => String(row["automationId"])))];
  const once = await enteredOnce(room, ids, tx);
  const left = counted
    .filter((row) => once.has(String(row["automationId"])))
    .map((row) => ({
      automationId: String(row["automationId"]),
      object: String(row["object"] ?? ""),
      recordId: String(row["recordId"] ?? ""),
      at: Number(row["queuedAt"]),
    }));
  await entries(room.db).bulkCreate(left, { ignoreDuplicates: true, transaction: tx });
}

/** Those of the automations whose published version lets a record in once. */
async function enteredOnce({ db }: RetentionRoom, ids: string[], tx: Tx): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.all(
    `SELECT v.automationId, v.document FROM millrace_versions v JOIN millrace_automations a ON a.id = v.automationId AND a.publishedVersion = v.version
      WHERE a.id IN (${marks(ids)}) AND a.deletedAt IS NULL AND v.document LIKE '%"reenter":"once"%'`,
    ids,
    tx,
  );
  const isOnce = (document: Row[string] | undefined) =>
    fromColumn<{ enrollment?: { reenter?: unknown } }>(document, {}).enrollment?.reenter === "once";
  return new Set(rows.filter((row) => isOnce(row["document"])).map((row) => String(row["automationId"])));
}
