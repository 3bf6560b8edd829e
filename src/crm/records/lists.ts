import { marks, type Tx } from "../../db/index.js";
import { type Cause, emitEvent } from "../../events/index.js";
import { invalid, notFound } from "../../shared/errors.js";
import { getRecord, getRecords } from "../find/get-record.js";
import type { Host } from "../host.js";
import { isId } from "../objects/storage.js";
import { factsOf, type RecordRow } from "../record.js";
import type { Target } from "./links.js";

/**
 * Puts a record on a list, named by its id or name, with an event `list.added`; a record that is on it already stays, and
 * the answer is false. 404 for an unknown list or record, 422 when the list holds records of another object.
 */
export async function addToList(
  host: Host,
  workspaceId: string,
  list: string,
  target: Target,
  cause: Cause,
  within?: Tx,
): Promise<boolean> {
  return host.db.inTransaction(async (tx) => {
    const found = await findList(host, workspaceId, list, tx, target.object);
    const record = await getRecord(host, workspaceId, target.object, target.id, tx);
    if (!record) throw notFound(target.object, target.id);
    const holds = found.values["object"];
    if (holds && holds !== target.object) {
      throw invalid([
        {
          path: "list",
          message: `The list "${found.values["name"]}" holds records of ${holds}, not of ${target.object}.`,
        },
      ]);
    }
    if (await isOn(host, workspaceId, found.id, target, tx)) return false;
    const row = {
      workspaceId,
      listId: found.id,
      object: target.object,
      recordId: record.id,
      addedAt: host.clock.now(),
    };
    const { changes } = await host.db.insert("crm_list_members", [row], tx, true);
    if (changes > 0) await tell(host, workspaceId, "list.added", found, target, record, cause, tx);
    return changes > 0;
  }, within);
}

/** Takes a record off a list, with an event `list.removed`; false when it was not on it. 404 for an unknown list. */
export async function removeFromList(
  host: Host,
  workspaceId: string,
  list: string,
  target: Target,
  cause: Cause,
  within?: Tx,
): Promise<boolean> {
  return host.db.inTransaction(async (tx) => {
    const found = await findList(host, workspaceId, list, tx, target.object);
    if (!isId(target.id) || !isId(target.object)) return false;
    const { changes } = await host.db.run(
      `DELETE FROM crm_list_members WHERE ${member}`,
      [workspaceId, found.id, target.object, target.id],
      tx,
    );
    const record = changes > 0 ? await getRecord(host, workspaceId, target.object, target.id, tx) : null;
    if (changes > 0) await tell(host, workspaceId, "list.removed", found, target, record, cause, tx);
    return changes > 0;
  }, within);
}

/** The lists a record is on, by name. */
export async function listsOf(host: Host, workspaceId: string, target: Target, tx?: Tx): Promise<RecordRow[]> {
  if (!isId(target.id) || !isId(target.object)) return [];
  const rows = await host.db.all(
    "SELECT listId FROM crm_list_members WHERE workspaceId = ? AND object = ? AND recordId = ?",
    [workspaceId, target.object, target.id],
    tx,
  );
  const lists = await getRecords(
    host,
    workspaceId,
    "list",
    rows.map((row) => String(row["listId"])),
    tx,
  );
  return [...lists.values()].sort((a, b) => (String(a.values["name"]) < String(b.values["name"]) ? -1 : 1));
}

/** The members of a list, in the order they joined, up to `limit`. 404 for an unknown list. */
export async function listMembers(
  host: Host,
  workspaceId: string,
  list: string,
  limit = 1000,
  tx?: Tx,
): Promise<Target[]> {
  const found = await findList(host, workspaceId, list, tx);
  const rows = await host.db.all(
    `SELECT object, recordId FROM crm_list_members WHERE workspaceId = ? AND listId = ? ORDER BY addedAt, recordId LIMIT ${Math.trunc(limit)}`,
    [workspaceId, found.id],
    tx,
  );
  return rows.map((row) => ({ object: String(row["object"]), id: String(row["recordId"]) }));
}

const member = "workspaceId = ? AND listId = ? AND object = ? AND recordId = ?";

async function isOn(host: Host, workspaceId: string, listId: string, target: Target, tx: Tx): Promise<boolean> {
  return (
    (await host.db.one(
      `SELECT listId FROM crm_list_members WHERE ${member}`,
      [workspaceId, listId, target.object, target.id],
      tx,
    )) !== null
  );
}

/**
 * By id, else by name to the letter: of several lists with one name the one for records of `object`, then one that holds
 * any, then the oldest.
 */
async function findList(host: Host, workspaceId: string, list: string, tx?: Tx, object?: string): Promise<RecordRow> {
  const byId = await getRecord(host, workspaceId, "list", list, tx);
  if (byId) return byId;
  const rows = await host.db.all(
    `SELECT id, name, object FROM crm_lists WHERE workspaceId = ? AND name IN (${marks([list])}) AND deletedAt IS NULL ORDER BY id`,
    [workspaceId, String(list)],
    tx,
  );
  const named = rows.filter(({ name }) => name === list);
  const row = named.find((one) => one["object"] === object) ?? named.find((one) => !one["object"]) ?? named[0];
  const byName = row && (await getRecord(host, workspaceId, "list", String(row["id"]), tx));
  if (!byName) throw notFound("list", list);
  return byName;
}

async function tell(
  host: Host,
  workspaceId: string,
  kind: string,
  list: RecordRow,
  target: Target,
  record: RecordRow | null,
  cause: Cause,
  tx: Tx,
): Promise<void> {
  const data = { list: { id: list.id, name: list.values["name"] } };
  await emitEvent(
    host,
    {
      workspaceId,
      kind,
      object: target.object,
      recordId: target.id,
      ...(record ? { record: factsOf(record) } : {}),
      data,
    },
    cause,
    tx,
  );
}
