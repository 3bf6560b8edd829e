import type { ChildStart } from "../../actions/index.js";
import { automationNamed, type NamedAutomation } from "../../automations/index.js";
import { type Actor, type Ancestor, factsOf, getRecords, type RecordRow } from "../../crm/index.js";
import { fromColumn, type Tx, toColumn } from "../../db/index.js";
import { emitEvent } from "../../events/index.js";
import type { Engine } from "../engine.js";
import type { ChildrenWait } from "./children-wait.js";

/** The run that starts others. */
type Parent = {
  id: string;
  workspaceId: string;
  record: { object: string; id: string } | null;
  actor: Actor;
  lineage: Ancestor[];
};

type Planned = { item: number; start: ChildStart };

/** Which record a child is to run on, or why it cannot start. */
type Found = { record: RecordRow | null } | { code: string; message: string };

/**
 * Starts up to `room` more of the planned children, in the order of their items: each by an event of its own, written in
 * the parent's name and with its lineage, so that the relay decides about it as about any other start. Returns how many
 * could not even be tried; they are marked as failed.
 */
export async function startMore(engine: Engine, wait: ChildrenWait, room: number, tx: Tx): Promise<number> {
  const { token, details } = wait;
  const parent = await parentOf(engine, wait.runId, tx);
  const child = details.automationId
    ? await automationNamed(engine, parent.workspaceId, details.automationId, tx)
    : null;
  if (!child) return failAll(engine, wait, tx);
  const rows = await engine.db.all(
    `SELECT item, start FROM millrace_children WHERE token = ? AND status = 'planned' ORDER BY item LIMIT ${Math.trunc(room)}`,
    [token],
    tx,
  );
  const planned = rows.map((row) => ({
    item: Number(row["item"]),
    start: fromColumn<ChildStart>(row["start"], { inputs: {}, record: null, item: null }),
  }));
  const known = await recordsFor(engine, parent, child, planned, tx);
  let failures = 0;
  for (const { item, start } of planned) {
    const found = recordOf(child, parent, start, known);
    const failed = "code" in found;
    if (failed) failures += 1;
    else await emitStart(engine, parent, child.id, { token, item }, start, found.record, tx);
    await engine.db.run(
      "UPDATE millrace_children SET status = ?, error = ? WHERE token = ? AND item = ?",
      [failed ? "failed" : "starting", failed ? toColumn(found) : null, token, item],
      tx,
    );
  }
  return failures;
}

async function failAll(engine: Engine, { token, details }: ChildrenWait, tx: Tx): Promise<number> {
  const message = `There is no automation "${details.automation}" in this workspace.`;
  const { changes } = await engine.db.run(
    "UPDATE millrace_children SET status = 'failed', error = ? WHERE token = ? AND status = 'planned'",
    [toColumn({ code: "unknown_automation", message }), token],
    tx,
  );
  return changes;
}

async function parentOf(engine: Engine, runId: string, tx: Tx): Promise<Parent> {
  const row = await engine.db.one(
    "SELECT r.id, r.workspaceId, r.automationId, r.object, r.recordId, r.lineage, a.name FROM millrace_runs r JOIN millrace_automations a ON a.id = r.automationId WHERE r.id = ?",
    [runId],
    tx,
  );
  if (!row) throw new Error(`The run ${runId} that starts others is not there.`);
  const { id, object, recordId } = row;
  return {
    id: String(id),
    workspaceId: String(row["workspaceId"]),
    record: object && recordId ? { object: String(object), id: String(recordId) } : null,
    actor: { type: "run", id: String(id), name: String(row["name"]), automationId: String(row["automationId"]) },
    lineage: fromColumn<Ancestor[]>(row["lineage"], []),
  };
}

async function recordsFor(
  engine: Engine,
  parent: Parent,
  { object }: NamedAutomation,
  planned: Planned[],
  tx: Tx,
): Promise<Map<string, RecordRow>> {
  if (object === null) return new Map();
  const ids = planned.flatMap(({ start: { record, item } }) => [record?.id, item?.id]);
  const asked = [...ids, ownRecord(parent, object)].filter((id) => id !== undefined);
  return getRecords(engine, parent.workspaceId, object, asked, tx);
}

/** The record the step names; else the item, when it is one; else the parent's own. */
function recordOf(child: NamedAutomation, parent: Parent, start: ChildStart, known: Map<string, RecordRow>): Found {
  const { object } = child;
  if (object === null) return { record: null };
  const { record, item } = start;
  if (record?.object && record.object !== object) {
    const message = `"${child.name}" runs on a ${object}, and the step names a ${record.object}.`;
    return { code: "wrong_object", message };
  }
  const isItem = item !== null && (item.object ?? object) === object && (item.sure || known.has(item.id));
  const id = record?.id ?? (isItem ? item.id : ownRecord(parent, object));
  if (id === undefined) {
    const message = `"${child.name}" runs on a ${object}: name one in the "record" of this step.`;
    return { code: "record_needed", message };
  }
  const found = known.get(id);
  return found ? { record: found } : { code: "record_gone", message: `There is no ${object} "${id}" any more.` };
}

function ownRecord({ record }: Parent, object: string): string | undefined {
  return record?.object === object ? record.id : undefined;
}

async function emitStart(
  engine: Engine,
  parent: Parent,
  automationId: string,
  place: { token: string; item: number },
  { inputs }: ChildStart,
  record: RecordRow | null,
  tx: Tx,
): Promise<void> {
  await emitEvent(
    engine,
    {
      workspaceId: parent.workspaceId,
      kind: "automation",
      object: record?.object ?? null,
      recordId: record?.id ?? null,
      record: record && factsOf(record),
      data: { automationId, triggerKey: "automation", inputs, parent: { runId: parent.id, ...place } },
    },
    { actor: parent.actor, lineage: parent.lineage },
    tx,
  );
}
