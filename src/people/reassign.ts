import { getUser, notifyUser } from "../crm/index.js";
import { toColumn } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { conflict, invalid, notFound } from "../shared/errors.js";
import { settle } from "./decide.js";
import { askedIds, type Decision, decisionsOn, type OpenWait, type Question } from "./question.js";
import { openQuestion, openWait } from "./questions.js";

/** Puts a question to other people instead; they are told. 404 when it is not open, 422 for somebody unknown or gone. */
export function reassign(engine: Engine, workspaceId: string, id: string, userIds: string[]): Promise<Question | null> {
  return change(engine, workspaceId, id, userIds, () => [...new Set(userIds)]);
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
): Promise<Question | null> {
  return change(engine, workspaceId, id, [to], (wait, decisions) => {
    if (!askedIds(wait.details).includes(from))
      throw conflict("not_asked", "You are not, or no longer, one of those this was put to.");
    if (decisions.some(({ userId }) => userId === from))
      throw conflict("already_decided", "You have decided this, so there is nothing left to pass on.");
    return [...new Set([...askedIds(wait.details).filter((userId) => userId !== from), to])];
  });
}

/** Puts it to those that `choose` says, in order with decisions on it; who was `named` must be of this workspace. */
async function change(
  engine: Engine,
  workspaceId: string,
  id: string,
  named: string[],
  choose: (wait: OpenWait, decisions: Decision[]) => string[],
): Promise<Question | null> {
  return engine.db.inTransaction(async (tx) => {
    await engine.db.run("UPDATE millrace_waits SET lookAt = lookAt WHERE token = ?", [id], tx);
    const wait = await openWait(engine, workspaceId, id, tx);
    if (!wait) throw notFound("open question", id);
    const decisions = (await decisionsOn(engine, [id], tx)).get(id) ?? [];
    const assignees = choose(wait, decisions);
    for (const [place, userId] of named.entries()) {
      const user = await getUser(engine, workspaceId, userId, tx);
      if (!user?.active)
        throw invalid([
          { path: `assignees[${place}]`, message: "This is nobody of this workspace, or somebody who has left." },
        ]);
    }
    if (assignees.length === 0) throw invalid([{ path: "assignees", message: "Name at least one person." }]);
    const added = assignees.filter((userId) => !wait.details.assignees.includes(userId));
    const details = { ...wait.details, assignees, escalated: [] };
    await engine.db.run("UPDATE millrace_waits SET details = ? WHERE token = ?", [toColumn(details), id], tx);
    for (const userId of added)
      await notifyUser(
        engine,
        workspaceId,
        userId,
        { title: `For you: ${details.title}`.slice(0, 250), body: details.message || null, link: `/approvals/${id}` },
        tx,
      );
    await settle(engine, { ...wait, details }, decisions, undefined, tx);
    return openQuestion(engine, workspaceId, id, tx);
  });
}
