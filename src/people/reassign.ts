import { getUser, notifyUser } from "../crm/index.js";
import { toColumn } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { invalid, notFound } from "../shared/errors.js";
import { settle } from "./decide.js";
import { decisionsOn, type Question } from "./question.js";
import { openQuestion, openWait } from "./questions.js";

/** Puts a question to other people instead; they are told. 404 when it is not open, 422 for somebody unknown or gone. */
export async function reassign(
  engine: Engine,
  workspaceId: string,
  id: string,
  userIds: string[],
): Promise<Question | null> {
  return engine.db.inTransaction(async (tx) => {
    await engine.db.run("UPDATE millrace_waits SET lookAt = lookAt WHERE token = ?", [id], tx);
    const wait = await openWait(engine, workspaceId, id, tx);
    if (!wait) throw notFound("open question", id);
    const assignees = [...new Set(userIds)];
    for (const [place, userId] of assignees.entries()) {
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
    await settle(engine, { ...wait, details }, (await decisionsOn(engine, [id], tx)).get(id) ?? [], undefined, tx);
    return openQuestion(engine, workspaceId, id, tx);
  });
}
