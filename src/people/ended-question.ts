import { listUsers } from "../crm/index.js";
import { fromColumn, type Tx } from "../db/index.js";
import { type Engine, unfinished } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { notFound } from "../shared/errors.js";
import { type Asked, type Decision, decisionsOn, type OpenWait, type Question } from "./question.js";
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

/** Stands among the decisions on a question for the question itself, so that it is known when its wait is gone. */
const NOBODY = "";

/** Notes a new question for good. `at` is its deadline. */
export async function noteAsked(engine: Engine, wait: OpenWait, tx: Tx): Promise<void> {
  const { token, workspaceId, runId, row, details, deadlineAt } = wait;
  const noted = {
    token,
    userId: NOBODY,
    workspaceId,
    runId,
    stepKey: String(row["stepKey"]),
    name: details.title.slice(0, 190),
    decision: "asked",
    comment: JSON.stringify(details.assignees),
    alone: 0,
    at: deadlineAt,
  };
  await engine.db.insert("millrace_decisions", [noted], tx, true);
}

/** A question whatever has become of it: open, decided, or ended without being settled. 404 for one that never was. */
export async function findQuestion(
  engine: Engine,
  workspaceId: string,
  id: string,
): Promise<Question | PastQuestion | EndedQuestion> {
  const row = await engine.db.one(
    `SELECT d.*, r.status, r.finishedAt FROM millrace_decisions d LEFT JOIN millrace_runs r ON r.id = d.runId
      WHERE d.token = ? AND d.userId = ? AND d.workspaceId = ?`,
    [id, NOBODY, workspaceId],
  );
  try {
    return await getQuestion(engine, workspaceId, id);
  } catch (error) {
    if (!row) throw error;
  }
  if (!row) throw notFound("question", id);
  const deadlineAt = Number(row["at"]);
  const isOver = row["status"] === null || !unfinished.some((status) => status === row["status"]);
  const finishedAt = row["finishedAt"] === null || row["finishedAt"] === undefined ? null : Number(row["finishedAt"]);
  const now = engine.clock.now();
  const timedOut = deadlineAt <= (isOver && finishedAt !== null ? finishedAt : now);
  const ended = timedOut ? deadlineAt : finishedAt;
  const people = new Map((await listUsers(engine, workspaceId)).map((user) => [user.id, user]));
  return {
    id,
    status: timedOut ? "timed_out" : "closed",
    title: String(row["name"]),
    assignees: fromColumn<string[]>(row["comment"], []).map((userId) => ({
      id: userId,
      name: people.get(userId)?.name ?? userId,
      active: people.get(userId)?.active ?? false,
    })),
    decisions: (await decisionsOn(engine, [id])).get(id) ?? [],
    runId: String(row["runId"]),
    stepKey: String(row["stepKey"]),
    endedAt: ended === null ? null : iso(ended),
  };
}
