import { Op } from "sequelize";
import type { Tx } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { cursorRefused } from "../shared/cursor.js";
import { notFound } from "../shared/errors.js";
import { type Decision, decisions as decisionRows, decisionsOn, NOBODY } from "./decision.js";
import { type OpenWait, type Question, readQuestions, readWait, selectQuestions } from "./question.js";

/** Only what can still be answered: the run goes on, and the deadline is ahead. */
const open = "r.workspaceId = ? AND r.status IN ('waiting','running') AND w.wakeAt > ?";

/** One page of questions. */
export type QuestionPage = { data: Question[]; nextCursor: string | null };

/** The open questions of a workspace, or those put to one user, the most urgent first. `limit` is at most 200. */
export async function questionsFor(
  engine: Engine,
  workspaceId: string,
  {
    userId,
    limit = 50,
    cursor,
  }: { userId?: string | undefined; limit?: number | undefined; cursor?: string | undefined } = {},
): Promise<QuestionPage> {
  const [, at, after] = /^(\d{1,16})_(\w{26})$/.exec(cursor ?? "") ?? [];
  if (cursor !== undefined && at === undefined) throw cursorRefused();
  const many = Math.min(200, Math.max(1, Math.trunc(limit)));
  const rows = await engine.db.all(
    `${selectQuestions} AND ${open}${userId ? " AND w.details LIKE ?" : ""}${at ? " AND (w.wakeAt > ? OR (w.wakeAt = ? AND w.token > ?))" : ""} ORDER BY w.wakeAt, w.token LIMIT ${many + 1}`,
    [
      workspaceId,
      engine.clock.now(),
      ...(userId ? [like(userId)] : []),
      ...(at && after ? [Number(at), Number(at), after] : []),
    ],
  );
  const last = rows.length > many ? rows[many - 1] : undefined;
  const data = await readQuestions(engine, workspaceId, rows.slice(0, many));
  return {
    // The text of a message may hold the id of somebody who is not asked.
    data: userId ? data.filter(({ assignees }) => assignees.some(({ id }) => id === userId)) : data,
    nextCursor: last ? `${last["wakeAt"]}_${last["token"]}` : null,
  };
}

/** How many open questions wait for one user; 100 stands for more. */
export async function countQuestionsFor(engine: Engine, workspaceId: string, userId: string): Promise<number> {
  return (await questionsFor(engine, workspaceId, { userId, limit: 100 })).data.length;
}

/** One open question, or null when it was answered, is past its deadline, or never was. */
export async function openQuestion(engine: Engine, workspaceId: string, id: string, tx?: Tx): Promise<Question | null> {
  const row = await openRow(engine, workspaceId, id, tx);
  return row ? ((await readQuestions(engine, workspaceId, [row], tx))[0] ?? null) : null;
}

/** One open question as it is stored, or null. */
export async function openWait(engine: Engine, workspaceId: string, id: string, tx?: Tx): Promise<OpenWait | null> {
  const row = await openRow(engine, workspaceId, id, tx);
  return row && readWait(row);
}

function openRow(engine: Engine, workspaceId: string, id: string, tx?: Tx) {
  return engine.db.one(`${selectQuestions} AND w.token = ? AND ${open}`, [id, workspaceId, engine.clock.now()], tx);
}

/** A question that is over: its decisions, and where it was asked. */
export type PastQuestion = {
  id: string;
  status: "decided";
  decision: string;
  decisions: Decision[];
  runId: string;
  stepKey: string;
};

/** A question, open or decided. 404 for one that never was, and for one nobody answered in time. */
export async function getQuestion(engine: Engine, workspaceId: string, id: string): Promise<Question | PastQuestion> {
  const found = await openQuestion(engine, workspaceId, id);
  if (found) return found;
  const past = await pastQuestion(engine, workspaceId, id);
  if (!past) throw notFound("open question", id);
  return past;
}

/** What came of a question that is no longer open; null when nobody decided. */
export async function pastQuestion(
  engine: Engine,
  workspaceId: string,
  id: string,
  tx?: Tx,
): Promise<PastQuestion | null> {
  const row = await decisionRows(engine.db, workspaceId).findOne({
    where: { token: id, userId: { [Op.ne]: NOBODY } },
    transaction: tx,
  });
  const decisions = row ? ((await decisionsOn(engine, [id], tx)).get(id) ?? []) : [];
  const last = decisions.at(-1);
  if (!row || !last) return null;
  return {
    id,
    status: "decided",
    decision: last.decision,
    decisions,
    runId: row.runId,
    stepKey: row.stepKey,
  };
}

/** Ids are letters and digits; anything else matches nobody. */
function like(userId: string): string {
  return `%"${userId.replace(/[^\w-]/g, "")}"%`;
}
