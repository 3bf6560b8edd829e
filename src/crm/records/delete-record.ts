import type { Tx } from "../../db/index.js";
import { type Cause, recordChange } from "../../events/index.js";
import { notFound } from "../../shared/errors.js";
import { getRecords } from "../find/get-record.js";
import type { Host } from "../host.js";
import { knownObject } from "../objects/schema.js";
import { isId } from "../objects/storage.js";
import { factsOf, type RecordRow, type RecordWrite } from "../record.js";
import { destroyHostRecord, restoreHostRecord } from "../watch/host-writes.js";
import { stale } from "./update-record.js";

/**
 * Deletes a record and writes its event; it can be restored. Returns its last values. 404, or 409 `stale` when `version`
 * is given and no longer the record's.
 */
export async function deleteRecord(
  host: Host,
  workspaceId: string,
  object: string,
  id: string,
  cause: Cause,
  options: { version?: number | undefined; writes?: RecordWrite[] | undefined } = {},
  within?: Tx,
): Promise<RecordRow> {
  const { storage } = await knownObject(host, workspaceId, object, within);
  return host.db.inTransaction(async (tx) => {
    const record = (await getRecords(host, workspaceId, object, [id], tx, true)).get(id);
    if (!record) throw notFound(object, id);
    if (options.version !== undefined && options.version !== record.version) throw stale(record);
    if (storage.kind === "model") await destroyHostRecord(storage, id, cause, tx);
    else {
      await host.db.run(
        `UPDATE ${storage.table} SET deletedAt = ?, version = version + 1 WHERE id = ? AND workspaceId = ?`,
        [host.clock.now(), id, workspaceId],
        tx,
      );
      await recordChange(host, { workspaceId, object, recordId: id, before: factsOf(record), after: null }, cause, tx);
    }
    options.writes?.push({ object, recordId: id, field: null, before: record.values, after: undefined });
    return record;
  }, within);
}

/** Brings a deleted record back with the values it had, with an event `record.restored`. 404 when none was deleted. */
export async function restoreRecord(
  host: Host,
  workspaceId: string,
  object: string,
  id: string,
  cause: Cause,
  within?: Tx,
): Promise<RecordRow> {
  const { storage, fields } = await knownObject(host, workspaceId, object, within);
  return host.db.inTransaction(async (tx) => {
    if (!isId(id)) throw notFound(object, id);
    if (storage.kind === "model") return restoreHostRecord(storage, fields, id, cause, tx);
    const ofObject = storage.object === null ? "" : " AND `object` = ?";
    const { changes } = await host.db.run(
      `UPDATE ${storage.table} SET deletedAt = NULL, version = version + 1, updatedAt = ? WHERE id = ? AND workspaceId = ?${ofObject} AND deletedAt IS NOT NULL`,
      [host.clock.now(), id, workspaceId, ...(storage.object === null ? [] : [storage.object])],
      tx,
    );
    const record = changes > 0 ? (await getRecords(host, workspaceId, object, [id], tx)).get(id) : undefined;
    if (!record) throw notFound("deleted record", id);
    const change = { workspaceId, object, recordId: id, before: null, after: factsOf(record), restored: true };
    await recordChange(host, change, cause, tx);
    return record;
  }, within);
}
