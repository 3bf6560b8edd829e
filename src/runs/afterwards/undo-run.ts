import type { Write } from "../../actions/index.js";
import { type Actor, type Cause, deleteRecord, getRecords, restoreRecord, updateRecord } from "../../crm/index.js";
import { fromColumn, type Tx } from "../../db/index.js";
import { conflict, notFound, Problem } from "../../shared/errors.js";
import { canonicalJson } from "../../shared/json.js";
import type { Engine } from "../engine.js";
import { type Run, readRun, unfinished } from "../run.js";
import { isKept } from "../step-row.js";

/** What undoing a run did: fields put back, and everything that was not, with the reason. */
export type Undone = {
  reverted: { object: string; recordId: string; field: string | null }[];
  kept: { object: string; recordId: string; field: string | null; reason: string }[];
  /** Mails, calls and messages that went out: nothing takes those back. */
  notUndoable: { step: string; kind: string }[];
  /** Mails that never left, since no mail server is set. */
  neverSent: { step: string; kind: string }[];
};

/**
 * Takes back what a finished run wrote, last write first: a field returns to its earlier value where it still holds what
 * the run wrote, a record the run made is deleted if nobody touched it, one it deleted is restored. The rest is reported.
 */
export async function undoRun(engine: Engine, workspaceId: string, id: string, by: Actor): Promise<Undone> {
  const row = await engine.db.one("SELECT * FROM millrace_runs WHERE id = ? AND workspaceId = ?", [id, workspaceId]);
  if (!row) throw notFound("run", id);
  const run = readRun(row);
  if (unfinished.some((status) => status === run.status))
    throw conflict("not_finished", "This run is still under way. Cancel it first, or wait for its end.");
  return engine.db.inTransaction(async (tx) => {
    const steps = await engine.db.all(
      "SELECT `key`, kind, writes, CASE WHEN kind = 'email.send' THEN output ELSE NULL END AS output FROM millrace_steps WHERE runId = ? AND status = 'success' ORDER BY n DESC",
      [id],
      tx,
    );
    const undone: Undone = { reverted: [], kept: [], notUndoable: [], neverSent: [] };
    for (const step of steps) {
      for (const write of fromColumn<Write[]>(step["writes"], []).reverse())
        await undoWrite(engine, run, write, by, undone, tx);
      const kind = String(step["kind"]);
      if (engine.actions.get(kind)?.effect !== "outside") continue;
      const stayed = isKept(kind, fromColumn<unknown>(step["output"], null));
      (stayed ? undone.neverSent : undone.notUndoable).push({ step: String(step["key"]), kind });
    }
    return undone;
  });
}

async function undoWrite(engine: Engine, run: Run, write: Write, by: Actor, undone: Undone, tx: Tx): Promise<void> {
  const { object, recordId, field } = write;
  const place = { object, recordId, field };
  const cause = { actor: by, source: `undo:${run.id}`.slice(0, 40) };
  // A write that is refused leaves nothing behind, and the others go on; anything else is not about this write.
  const reason = await engine.db
    .savepoint(tx, () => revert(engine, run, write, cause, tx))
    .catch((error: unknown) => {
      if (error instanceof Problem) return error.message;
      throw error;
    });
  if (reason === null) undone.reverted.push(place);
  else undone.kept.push({ ...place, reason });
}

/** Null when it was put back, else why not. */
async function revert(engine: Engine, run: Run, write: Write, cause: Cause, tx: Tx): Promise<string | null> {
  const { object, recordId, field, before, after } = write;
  if (field === null && before !== undefined && before !== null) {
    await restoreRecord(engine, run.workspaceId, object, recordId, cause, tx);
    return null;
  }
  // Held, so that nobody changes it between this look and the write.
  const current = (await getRecords(engine, run.workspaceId, object, [recordId], tx, true)).get(recordId);
  if (!current) return "The record is not there any more.";
  if (field === null) {
    if (current.version > 1) return "Someone has changed the record since the run made it.";
    await deleteRecord(engine, run.workspaceId, object, recordId, cause, {}, tx);
    return null;
  }
  if (canonicalJson(current.values[field] ?? null) !== canonicalJson(after ?? null))
    return "The field has changed since the run wrote it.";
  await updateRecord(engine, run.workspaceId, object, recordId, { [field]: before ?? null }, cause, {}, tx);
  return null;
}
