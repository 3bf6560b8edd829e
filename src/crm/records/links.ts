import { code, defineTable, id, instant, serial, type Tx } from "../../db/index.js";
import { type Cause, emitEvent } from "../../events/index.js";
import { invalid, notFound } from "../../shared/errors.js";
import { getRecord } from "../find/get-record.js";
import type { Host } from "../host.js";
import { isId } from "../objects/storage.js";
import { factsOf, type RecordRow } from "../record.js";

/** Names one record. */
export type Target = { object: string; id: string };

/** A link as seen from one of its ends: the record at the other one, and which way it points. */
export type Link = Target & { relation: string; direction: "out" | "in" };

/**
 * Named links between records. Written here alone. Forgotten when taken away; a link to a deleted record stays until that
 * is forgotten.
 */
const links = defineTable("crm_links", {
  id: serial,
  workspaceId: id,
  relation: code(64),
  fromObject: code(64),
  fromId: code(64),
  toObject: code(64),
  toId: code(64),
  createdAt: instant,
});

/**
 * Links two records by a named relation, with an event `link.added` on the first; linking them twice changes nothing and
 * answers false. 404 when one is not there, 422 for a relation that is no name.
 */
export async function linkRecords(
  host: Host,
  workspaceId: string,
  from: Target,
  relation: string,
  to: Target,
  cause: Cause,
  within?: Tx,
): Promise<boolean> {
  checkRelation(relation);
  return host.db.inTransaction(async (tx) => {
    const record = await existing(host, workspaceId, from, tx);
    await existing(host, workspaceId, to, tx);
    const row = rowOf(workspaceId, from, relation, to);
    if (await links(host.db).findOne({ where: row, transaction: tx })) return false;
    if (!(await links(host.db).createUnlessThere({ ...row, createdAt: host.clock.now() }, tx))) return false;
    await tell(host, "link.added", row, record, cause, tx);
    return true;
  }, within);
}

/** Takes a link away, with an event `link.removed`; false when there was none. */
export async function unlinkRecords(
  host: Host,
  workspaceId: string,
  from: Target,
  relation: string,
  to: Target,
  cause: Cause,
  within?: Tx,
): Promise<boolean> {
  checkRelation(relation);
  return host.db.inTransaction(async (tx) => {
    if (![from.id, to.id, from.object, to.object].every(isId)) return false;
    const row = rowOf(workspaceId, from, relation, to);
    if ((await links(host.db).destroy({ where: row, transaction: tx })) === 0) return false;
    await tell(host, "link.removed", row, await getRecord(host, workspaceId, from.object, from.id, tx), cause, tx);
    return true;
  }, within);
}

/** The records linked with one, in both directions, oldest link first. Links to records that were deleted are still named. */
export async function linkedRecords(
  host: Host,
  workspaceId: string,
  { object, id }: Target,
  relation?: string,
  tx?: Tx,
): Promise<Link[]> {
  if (!isId(id) || !isId(object) || (relation !== undefined && !isRelation(relation))) return [];
  const named = relation === undefined ? {} : { relation };
  const to = { ...named, toObject: object, toId: id };
  const from = { ...named, fromObject: object, fromId: id };
  const rowsOf = (where: typeof to | typeof from) => links(host.db, workspaceId).findAll({ where, transaction: tx });
  // Two questions, since each has an index of its own.
  const found = [
    ...(await rowsOf(from)).map((row) => ({
      ...row,
      object: row.toObject,
      other: row.toId,
      direction: "out" as const,
    })),
    ...(await rowsOf(to)).map((row) => ({
      ...row,
      object: row.fromObject,
      other: row.fromId,
      direction: "in" as const,
    })),
  ];
  return found
    .sort((a, b) => a.id - b.id)
    .map(({ object, other, relation, direction }) => ({ object, id: other, relation, direction }));
}

/** A link as a row. */
const rowOf = (workspaceId: string, from: Target, relation: string, to: Target) => ({
  workspaceId,
  relation,
  fromObject: from.object,
  fromId: from.id,
  toObject: to.object,
  toId: to.id,
});

async function tell(
  host: Host,
  kind: string,
  { workspaceId, relation, fromObject, fromId, toObject, toId }: ReturnType<typeof rowOf>,
  record: RecordRow | null,
  cause: Cause,
  tx: Tx,
): Promise<void> {
  const data = { relation, to: { object: toObject, id: toId } };
  const values = record ? { record: factsOf(record) } : {};
  await emitEvent(host, { workspaceId, kind, object: fromObject, recordId: fromId, ...values, data }, cause, tx);
}

async function existing(host: Host, workspaceId: string, { object, id }: Target, tx: Tx): Promise<RecordRow> {
  const record = await getRecord(host, workspaceId, object, id, tx);
  if (!record) throw notFound(object, id);
  return record;
}

function checkRelation(relation: string): void {
  if (!isRelation(relation))
    throw invalid([{ path: "relation", message: "A relation is a short name such as partner or bought_from." }]);
}

function isRelation(relation: string): boolean {
  return /^[a-zA-Z][\w-]{0,63}$/.test(relation);
}
