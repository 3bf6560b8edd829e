import type { Param, Tx } from "../db/index.js";
import { type Cause, emitEvent } from "../events/index.js";
import { invalid, notFound } from "../shared/errors.js";
import { getRecord } from "./get-record.js";
import { factsOf, type Host, type RecordRow } from "./record.js";
import { isId } from "./storage.js";

/** Names one record. */
export type Target = { object: string; id: string };

/** A link as seen from one of its ends: the record at the other one, and which way it points. */
export type Link = Target & { relation: string; direction: "out" | "in" };

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
    if (await stored(host, workspaceId, from, relation, to, tx)) return false;
    const row = {
      workspaceId,
      relation,
      fromObject: from.object,
      fromId: from.id,
      toObject: to.object,
      toId: to.id,
      createdAt: host.clock.now(),
    };
    const { changes } = await host.db.insert("crm_links", [row], tx, true);
    if (changes > 0) await tell(host, workspaceId, "link.added", from, relation, to, record, cause, tx);
    return changes > 0;
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
    if (!isId(from.id) || !isId(to.id) || !isId(from.object) || !isId(to.object)) return false;
    const { changes } = await host.db.run(
      `DELETE FROM crm_links WHERE ${ends}`,
      endsOf(workspaceId, from, relation, to),
      tx,
    );
    const record = changes > 0 ? await getRecord(host, workspaceId, from.object, from.id, tx) : null;
    if (changes > 0) await tell(host, workspaceId, "link.removed", from, relation, to, record, cause, tx);
    return changes > 0;
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
  const named = relation === undefined ? "" : " AND relation = ?";
  const params = [workspaceId, object, id, ...(relation === undefined ? [] : [relation])];
  const out = await host.db.all(
    `SELECT id, relation, toObject AS object, toId AS other FROM crm_links WHERE workspaceId = ? AND fromObject = ? AND fromId = ?${named}`,
    params,
    tx,
  );
  const back = await host.db.all(
    `SELECT id, relation, fromObject AS object, fromId AS other FROM crm_links WHERE workspaceId = ? AND toObject = ? AND toId = ?${named}`,
    params,
    tx,
  );
  const links = [
    ...out.map((row) => ({ row, direction: "out" as const })),
    ...back.map((row) => ({ row, direction: "in" as const })),
  ];
  return links
    .sort((a, b) => Number(a.row["id"]) - Number(b.row["id"]))
    .map(({ row, direction }) => ({
      object: String(row["object"]),
      id: String(row["other"]),
      relation: String(row["relation"]),
      direction,
    }));
}

const ends = "workspaceId = ? AND relation = ? AND fromObject = ? AND fromId = ? AND toObject = ? AND toId = ?";

function endsOf(workspaceId: string, from: Target, relation: string, to: Target): Param[] {
  return [workspaceId, relation, from.object, from.id, to.object, to.id];
}

async function stored(
  host: Host,
  workspaceId: string,
  from: Target,
  relation: string,
  to: Target,
  tx: Tx,
): Promise<boolean> {
  return (
    (await host.db.one(`SELECT id FROM crm_links WHERE ${ends}`, endsOf(workspaceId, from, relation, to), tx)) !== null
  );
}

async function tell(
  host: Host,
  workspaceId: string,
  kind: string,
  from: Target,
  relation: string,
  to: Target,
  record: RecordRow | null,
  cause: Cause,
  tx: Tx,
): Promise<void> {
  const data = { relation, to: { object: to.object, id: to.id } };
  await emitEvent(
    host,
    { workspaceId, kind, object: from.object, recordId: from.id, ...(record ? { record: factsOf(record) } : {}), data },
    cause,
    tx,
  );
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
