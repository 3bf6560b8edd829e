import { getUser } from "../crm/index.js";
import { toColumn } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { conflict, invalid, notFound } from "../shared/errors.js";
import { closeIfSettled } from "./decide.js";
import { type Decision, decisionsOn } from "./decision.js";
import { askedIds, type OpenWait, type Question } from "./question.js";
import { openQuestion, openWait } from "./questions.js";
import { tell, write } from "./tell-people.js";

/**
 * Puts a question to other people instead; who was not asked before is told and written to at once, with `note`. 404 when
 * it is not open, 422 for somebody unknown or gone.
 */
export function reassign(
  engine: Engine,
  workspaceId: string,
  id: string,
  userIds: string[],
  note: string | null = null,
): Promise<Question | null> {
  return change(engine, workspaceId, id, { userIds, note }, () => [...new Set(userIds)]);
}

/**
 * Somebody who was asked passes their part on to one other person, who is told; whoever else was asked still is. 404 when
 * it is not open, 409 when they were not asked or have decided already, 422 for somebody unknown or gone.
 */
export function delegate(
  engine: Engine,
  workspaceId: string,
  id: string,
  from: string,
  to: string,
  note: string | null = null,
): Promise<Question | null> {
  return change(engine, workspaceId, id, { userIds: [to], note }, (wait, decisions) => {
    if (!askedIds(wait.details).includes(from))
      throw conflict("not_asked", "You are not, or no longer, one of those this was put to.");
    if (decisions.some(({ userId }) => userId === from))
      throw conflict("already_decided", "You have decided this, so there is nothing left to pass on.");
    return [...new Set([...askedIds(wait.details).filter((userId) => userId !== from), to])];
  });
}

/** Puts it to those that `choose` says, in order with decisions on it; who is named must be of this workspace. */
async function change(
  engine: Engine,
  workspaceId: string,
  id: string,
  named: { userIds: string[]; note: string | null },
  choose: (wait: OpenWait, decisions: Decision[]) => string[],
): Promise<Question | null> {
  return engine.db.inTransaction(async (tx) => {
    await engine.db.run("UPDATE millrace_waits SET lookAt = lookAt WHERE token = ?", [id], tx);
    const wait = await openWait(engine, workspaceId, id, tx);
    if (!wait) throw notFound("open question", id);
    const decisions = (await decisionsOn(engine, [id], tx)).get(id) ?? [];
    const assignees = choose(wait, decisions);
    for (const [place, userId] of named.userIds.entries()) {
      const user = await getUser(engine, workspaceId, userId, tx);
      if (!user?.active)
        throw invalid([
          { path: `assignees[${place}]`, message: "This is nobody of this workspace, or somebody who has left." },
        ]);
    }
    if (assignees.length === 0) throw invalid([{ path: "assignees", message: "Name at least one person." }]);
    const added = assignees.filter((userId) => !askedIds(wait.details).includes(userId));
    const details = { ...wait.details, assignees, escalated: [] };
    const subject = `For you: ${details.title}`;
    const note = named.note || null;
    const again = added.filter((userId) => details.written?.includes(userId));
    if (again.length > 0) details.reminders = (details.reminders ?? 0) + 1;
    write(details, added, 0, subject, note);
    write(details, again, details.reminders ?? 0, subject, note);
    // The first look at a question tells everybody; any other is to be now, which sends the letters.
    const lookAt = Math.min(wait.lookAt, engine.clock.now());
    const stored = [toColumn(details), lookAt, id];
    await engine.db.run("UPDATE millrace_waits SET details = ?, lookAt = ? WHERE token = ?", stored, tx);
    tx.afterCommit(() => engine.ring("waits"));
    if (lookAt > 0) await tell(engine, { ...wait, details }, added, subject, tx, note);
    await closeIfSettled(engine, { ...wait, details }, decisions, undefined, tx);
    return openQuestion(engine, workspaceId, id, tx);
  });
}
