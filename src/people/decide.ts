import { type Tx, toColumn } from "../db/index.js";
import { answerWait, type Engine } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { conflict, forbidden, invalid, type Problem } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";
import { checkForm } from "./check-form.js";
import { type Decision, decisions as decisionRows, decisionsOn } from "./decision.js";
import { findQuestion } from "./ended-question.js";
import { askedIds, type OpenWait } from "./question.js";
import { openWait, pastQuestion } from "./questions.js";
import { tally } from "./tally.js";

/** Who decides. `overrides`: an admin, or a key of one, who may settle a question put to others; the log says so. */
export type Decider = { id: string; name: string; overrides: boolean };

/** What is decided: about an approval `approved` or `rejected`, about a task `done` with what was filled in. */
export type Verdict = {
  decision: "approved" | "rejected" | "done";
  comment?: string | null | undefined;
  values?: JsonObject | undefined;
};

/** What a decision came to: the question's state after it, and all decisions. */
export type Decided = {
  id: string;
  status: "open" | "decided";
  decision: string | null;
  decisions: Decision[];
  runId: string;
};

/**
 * Takes a person's decision, once. The one that settles the question lets the run go on in the same transaction. Saying
 * the same again changes nothing; anything else is 409 `already_decided` with who and when, or `closed` when it ended
 * undecided. 403 for somebody who was not asked, 404 for a question that never was, 422 for a form not filled in right.
 */
export async function decide(
  engine: Engine,
  workspaceId: string,
  id: string,
  by: Decider,
  verdict: Verdict,
): Promise<Decided> {
  return engine.db.inTransaction(async (tx) => {
    // Decisions on one question come one after another: each sees those before it.
    await engine.db.run("UPDATE millrace_waits SET lookAt = lookAt WHERE token = ?", [id], tx);
    const wait = await openWait(engine, workspaceId, id, tx);
    if (!wait) return tooLate(engine, workspaceId, id, by, verdict, tx);
    const before = (await decisionsOn(engine, [id], tx)).get(id) ?? [];
    const own = before.find(({ userId }) => userId === by.id);
    if (own?.decision === verdict.decision)
      return { id, status: "open", decision: null, decisions: before, runId: wait.runId };
    if (own) throw votedAlready(own);
    const decision = checked(wait, by, verdict, iso(engine.clock.now()));
    await store(engine, wait, decision, tx);
    const decided = await closeIfSettled(engine, wait, [...before, decision], verdict.values, tx);
    if (decided.status === "open") await keepSoFar(engine, wait, decided.decisions, tx);
    return decided;
  });
}

/** Answers the wait once the decisions settle it. Also when somebody who was asked has left. */
export async function closeIfSettled(
  engine: Engine,
  wait: OpenWait,
  decisions: Decision[],
  values: JsonObject | undefined,
  tx: Tx,
): Promise<Decided> {
  const port = tally(wait.details, decisions);
  const winner = decisions.findLast(({ decision }) => decision === port) ?? decisions.at(-1);
  const { token: id, runId, kind } = wait;
  if (!port || !winner) return { id, status: "open", decision: null, decisions, runId };
  const output = {
    who: winner.name,
    whoId: winner.userId,
    when: winner.at,
    comment: winner.comment,
    ...(kind === "approval" ? { decisions: shownIn(decisions) } : { values: values ?? {} }),
    ...(askedIds(wait.details).includes(winner.userId)
      ? {}
      : { overruled: true, note: `${winner.name} was not asked, and decided as an admin.` }),
  };
  await answerWait(engine, runId, id, { port, output }, tx);
  return { id, status: "decided", decision: port, decisions, runId };
}

const shownIn = (decisions: Decision[]) => decisions.map(({ alone: _alone, ...decision }) => decision);

/** Votes that settle nothing yet are with the wait, so that they are in what it hands on when its time is up. */
async function keepSoFar(engine: Engine, { token, details }: OpenWait, decisions: Decision[], tx: Tx): Promise<void> {
  const soFar = { decisions: shownIn(decisions) };
  await engine.db.run(
    "UPDATE millrace_waits SET details = ? WHERE token = ?",
    [toColumn({ ...details, soFar }), token],
    tx,
  );
}

function checked(
  { details, kind }: OpenWait,
  by: Decider,
  { decision, comment, values }: Verdict,
  at: string,
): Decision {
  const asked = askedIds(details).includes(by.id);
  if (!asked && !by.overrides)
    throw forbidden("This question was put to others. An admin may decide it, or pass it on to you.");
  const fits = kind === "human_task" ? decision === "done" : decision !== "done";
  if (!fits)
    throw invalid([
      { path: "decision", message: kind === "human_task" ? 'A task is "done".' : 'Say "approved" or "rejected".' },
    ]);
  if (kind === "human_task") checkForm(details.form ?? null, values ?? {});
  const alone = kind === "human_task" || !details.assignees.includes(by.id) || details.escalated.includes(by.id);
  return { userId: by.id, name: by.name, decision, comment: comment?.trim() || null, alone, at };
}

async function store(engine: Engine, wait: OpenWait, { at, ...decision }: Decision, tx: Tx): Promise<void> {
  const { token, workspaceId, runId, row } = wait;
  const stepKey = String(row["stepKey"]);
  const made = { token, workspaceId, runId, stepKey, ...decision, at: Date.parse(at) };
  await decisionRows(engine.db).create(made, { transaction: tx });
}

async function tooLate(
  engine: Engine,
  workspaceId: string,
  id: string,
  by: Decider,
  verdict: Verdict,
  tx: Tx,
): Promise<Decided> {
  const past = await pastQuestion(engine, workspaceId, id, tx);
  if (!past) throw await closedQuestion(engine, workspaceId, id);
  const { decisions, decision, runId } = past;
  if (decisions.some((one) => one.userId === by.id && one.decision === verdict.decision))
    return { id, status: "decided", decision, decisions, runId };
  const own = decisions.find(({ userId }) => userId === by.id);
  throw own ? votedAlready(own) : decidedBy(decisions.at(-1));
}

const words: Record<string, string> = { approved: "approved this", rejected: "rejected this", done: "did this" };

function votedAlready({ name, userId, decision, at }: Decision): Problem {
  const message = `You ${words[decision] ?? "decided this"} at ${at}, and that stays: what was said once is not taken back.`;
  return conflict("already_decided", message, { by: { id: userId, name }, at, decision });
}

/** Nobody decided it: its time was up, or its run is over. 404 for a question that never was. */
async function closedQuestion(engine: Engine, workspaceId: string, id: string): Promise<Problem> {
  const ended = await findQuestion(engine, workspaceId, id);
  const why = ended.status === "timed_out" ? "its time was up" : "the run that asked it is over";
  return conflict("closed", `This question is closed: ${why} before it was decided.`, { status: ended.status });
}

function decidedBy(earlier: Decision | undefined): Problem {
  const { name = "Somebody", userId = null, decision = "", at = "" } = earlier ?? {};
  return conflict("already_decided", `${name} ${words[decision] ?? "decided this"} at ${at}.`, {
    by: { id: userId, name },
    at,
    decision,
  });
}
