import { listUsers } from "../crm/index.js";
import { fromColumn } from "../db/index.js";
import { type Engine, getRunAlone, unfinished } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { type Decision, decisions, decisionsOn, NOBODY } from "./decision.js";
import type { Asked, Question } from "./question.js";
import { getQuestion, type PastQuestion } from "./questions.js";

/** A question that ended without being settled: `timed_out`, or `closed` with its run or by a move of it. */
export type EndedQuestion = {
  id: string;
  status: "timed_out" | "closed";
  title: string;
  /** Who was asked first. */
  assignees: Asked[];
  decisions: Decision[];
  runId: string;
  stepKey: string;
  endedAt: string | null;
};

/** A question whatever has become of it: open, decided, or ended without being settled. 404 for one that never was. */
export async function findQuestion(
  engine: Engine,
  workspaceId: string,
  id: string,
): Promise<Question | PastQuestion | EndedQuestion> {
  const noted = await decisions(engine.db, workspaceId).findOne({ where: { token: id, userId: NOBODY } });
  try {
    return await getQuestion(engine, workspaceId, id);
  } catch (error) {
    if (!noted) throw error;
  }
  const { runId, stepKey, at: deadlineAt, name: title, comment } = noted;
  const run = await getRunAlone(engine, workspaceId, runId);
  const isOver = !unfinished.some((status) => status === run.status);
  const finishedAt = run.finishedAt === null ? null : Date.parse(run.finishedAt);
  const timedOut = deadlineAt <= (isOver && finishedAt !== null ? finishedAt : engine.clock.now());
  const ended = timedOut ? deadlineAt : finishedAt;
  const people = new Map((await listUsers(engine, workspaceId)).map((user) => [user.id, user]));
  return {
    id,
    status: timedOut ? "timed_out" : "closed",
    title,
    assignees: fromColumn<string[]>(comment, []).map((userId) => ({
      id: userId,
      name: people.get(userId)?.name ?? userId,
      active: people.get(userId)?.active ?? false,
    })),
    decisions: (await decisionsOn(engine, [id])).get(id) ?? [],
    runId,
    stepKey,
    endedAt: ended === null ? null : iso(ended),
  };
}
