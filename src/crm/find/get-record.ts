import { marks, sqlDialect, type Tx } from "../../db/index.js";
import type { Host } from "../host.js";
import { knownObject } from "../objects/schema.js";
import { isId, scopeOf } from "../objects/storage.js";
import type { RecordRow } from "../record.js";
import { recordFrom } from "../values/stored-value.js";
import { getHostRecords } from "../watch/host-records.js";

/** One record as it is now, or null when it is not in this workspace. 404 for an unknown object. */
export async function getRecord(
  host: Host,
  workspaceId: string,
  object: string,
  id: string,
  tx?: Tx,
): Promise<RecordRow | null> {
  return (await getRecords(host, workspaceId, object, [id], tx)).get(id) ?? null;
}

/**
 * The records with those ids, by id, in one SELECT; ids that are not in this workspace are left out. `lock` keeps them
 * from being written by others until `tx` ends; rows are locked in the order of their ids, so that two batches cannot
 * deadlock on each other.
 */
export async function getRecords(
  host: Host,
  workspaceId: string,
  object: string,
  ids: readonly string[],
  tx?: Tx,
  lock = false,
): Promise<Map<string, RecordRow>> {
  const { fields, storage } = await knownObject(host, workspaceId, object, tx);
  const asked = [...new Set(ids)].filter(isId).sort();
  if (asked.length === 0) return new Map();
  if (storage.kind === "model") return getHostRecords(storage, fields, asked, tx, lock);
  const scope = scopeOf(storage, workspaceId);
  const rows = await host.db.all(
    `${storage.select} WHERE id ${asked.length === 1 ? "= ?" : `IN (${marks(asked)})`} AND ${scope.sql}${
      lock && tx ? ` ORDER BY id${sqlDialect(host.db).forUpdate}` : ""
    }`,
    [...asked, ...scope.params],
    tx,
  );
  return new Map(rows.map((row) => [String(row["id"]), recordFrom(row, object, fields.values(), storage)]));
}
