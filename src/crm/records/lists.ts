import { code, defineTable, id, instant, primary, type RowOf, type Tx } from "../../db/index.js";
import { type Cause, emitEvent } from "../../events/index.js";
import { invalid, notFound } from "../../shared/errors.js";
import { getRecord, getRecords } from "../find/get-record.js";
import type { Host } from "../host.js";
import { recordTable } from "../objects/record-tables.js";
import { isId } from "../objects/storage.js";
import { factsOf, type RecordRow } from "../record.js";
import type { Target } from "./links.js";

/** Which records are on which lists. Written here alone. Forgotten when a record is taken off, or with its list. */
const members = defineTable("crm_list_members", {
  workspaceId: id,
  listId: primary(id),
  object: primary(code(64)),
  recordId: primary(code(64)),
  addedAt: instant,
});

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
    const place = { listId: found.id, object: target.object, recordId: record.id };
    if (!(await putOn(host, { workspaceId, ...place, addedAt: host.clock.now() }, tx))) return false;
    await tell(host, workspaceId, "list.added", found, target, record, cause, tx);
    return true;
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
    const where = { listId: found.id, object: target.object, recordId: target.id };
    const changes = await members(host.db, workspaceId).destroy({ where, transaction: tx });
    const record = changes > 0 ? await getRecord(host, workspaceId, target.object, target.id, tx) : null;
    if (changes > 0) await tell(host, workspaceId, "list.removed", found, target, record, cause, tx);
    return changes > 0;
  }, within);
}

/** The lists a record is on, by name. */
export async function listsOf(host: Host, workspaceId: string, target: Target, tx?: Tx): Promise<RecordRow[]> {
  if (!isId(target.id) || !isId(target.object)) return [];
  const rows = await members(host.db, workspaceId).findAll({
    attributes: ["listId"],
    where: { object: target.object, recordId: target.id },
    transaction: tx,
  });
  const lists = await getRecords(
    host,
    workspaceId,
    "list",
    rows.map(({ listId }) => listId),
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
  const rows = await members(host.db, workspaceId).findAll({
    where: { listId: found.id },
    order: [
      ["addedAt", "ASC"],
      ["recordId", "ASC"],
    ],
    limit: Math.trunc(limit),
    transaction: tx,
  });
  return rows.map(({ object, recordId }) => ({ object, id: recordId }));
}

/** False when it is on the list already, or somebody else puts it there at this instant. */
async function putOn(host: Host, row: RowOf<typeof members.columns>, tx: Tx): Promise<boolean> {
  const { addedAt: _addedAt, ...place } = row;
  if (await members(host.db).findOne({ where: place, transaction: tx })) return false;
  return members(host.db).createUnlessThere(row, tx);
}

/**
 * By id, else by name to the letter: of several lists with one name the one for records of `object`, then one that holds
 * any, then the oldest.
 */
async function findList(host: Host, workspaceId: string, list: string, tx?: Tx, object?: string): Promise<RecordRow> {
  const byId = await getRecord(host, workspaceId, "list", list, tx);
  if (byId) return byId;
  const rows = await recordTable("list")(host.db, workspaceId).findAll({
    attributes: ["id", "name", "object"],
    where: { name: String(list), deletedAt: null },
    order: [["id", "ASC"]],
    transaction: tx,
  });
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
