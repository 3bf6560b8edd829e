import { listUsers, type User } from "../crm/index.js";
import { type Tx, toColumn } from "../db/index.js";
import { type Engine, unfinished } from "../runs/index.js";
import { addDuration } from "../shared/duration.js";
import { closeIfSettled } from "./decide.js";
import { decisionsOn } from "./decision.js";
import { askedIds, type OpenWait, type QuestionDetails, readWait, selectQuestions } from "./question.js";
import { sendLetters } from "./send-letters.js";
import { tell, write } from "./tell-people.js";

/** How many questions one look takes. */
const AT_ONCE = 50;

/** Whether those asked are still there is looked at this often. */
const RECHECK_MS = 900_000;

/**
 * Looks at the questions that are new or due: tells people what waits for them, reminds those who have not answered,
 * and turns to others when those asked have left or time runs short. Returns how many questions it looked at.
 */
export async function remindPeople(engine: Engine): Promise<number> {
  const due = await engine.db.all(`${selectQuestions} AND w.lookAt <= ? ORDER BY w.lookAt LIMIT ${AT_ONCE}`, [
    engine.clock.now(),
  ]);
  let looked = 0;
  for (const wait of due.map(readWait)) if (await look(engine, wait)) looked += 1;
  await Promise.all(due.map((row) => sendLetters(engine, String(row["token"]))));
  return looked;
}

async function look(engine: Engine, { token, lookAt, runStatus, runId }: OpenWait): Promise<boolean> {
  return engine.db.inTransaction(async (tx) => {
    if (!unfinished.some((status) => status === runStatus)) {
      return (
        (await engine.db.run("DELETE FROM millrace_waits WHERE token = ? AND runId = ?", [token, runId], tx)).changes >
        0
      );
    }
    // Of several workers that look, one goes on; and what is read next cannot change under it.
    const now = engine.clock.now();
    const { changes } = await engine.db.run(
      "UPDATE millrace_waits SET lookAt = ? WHERE token = ? AND lookAt = ?",
      [now + RECHECK_MS, token, lookAt],
      tx,
    );
    const row = changes > 0 ? await engine.db.one(`${selectQuestions} AND w.token = ?`, [token], tx) : null;
    if (!row) return false;
    await attend(engine, readWait(row), lookAt === 0, tx);
    return true;
  });
}

async function attend(engine: Engine, wait: OpenWait, isNew: boolean, tx: Tx): Promise<void> {
  const now = engine.clock.now();
  const decisions = (await decisionsOn(engine, [wait.token], tx)).get(wait.token) ?? [];
  const users = await listUsers(engine, wait.workspaceId, tx);
  const details = turnToOthers(wait, users, now);
  const before = askedIds(wait.details);
  const added = isNew ? askedIds(details) : askedIds(details).filter((id) => !before.includes(id));
  await tell(engine, wait, added, `For you: ${details.title}`, tx);
  write(details, askedIds(details), 0, `For you: ${details.title}`);
  if (!isNew && typeof details.remindAt === "number" && details.remindAt <= now) {
    const silent = before.filter(
      (id) => askedIds(details).includes(id) && !decisions.some(({ userId }) => userId === id),
    );
    details.reminders = (details.reminders ?? 0) + 1;
    await tell(engine, wait, silent, `Still waiting for you: ${details.title}`, tx);
    write(details, silent, details.reminders, `Still waiting for you: ${details.title}`);
  }
  details.remindAt = nextReminder(details, now);
  const lookAt = Math.min(
    now + RECHECK_MS,
    details.remindAt ?? Number.MAX_SAFE_INTEGER,
    now < shortOf(wait) ? shortOf(wait) : Number.MAX_SAFE_INTEGER,
  );
  await engine.db.run(
    "UPDATE millrace_waits SET details = ?, lookAt = ? WHERE token = ?",
    [toColumn(details), lookAt, wait.token],
    tx,
  );
  await closeIfSettled(engine, { ...wait, details }, decisions, undefined, tx);
}

/** People who have left are asked no more; when nobody remains, or three quarters of the time are over, others are. */
function turnToOthers(wait: OpenWait, users: User[], now: number): QuestionDetails {
  const active = new Set(users.filter((user) => user.active).map(({ id }) => id));
  const details = { ...wait.details };
  details.assignees = details.assignees.filter((id) => active.has(id));
  details.escalated = details.escalated.filter((id) => active.has(id));
  const others = details.escalateTo.filter((id) => active.has(id));
  if (details.assignees.length === 0 && details.escalated.length === 0) {
    const admins = users.filter((user) => user.active && user.role === "admin").map(({ id }) => id);
    details.escalated = others.length > 0 ? others : admins;
  } else if (others.length > 0 && now >= shortOf(wait))
    details.escalated = [...new Set([...details.escalated, ...others])];
  return details;
}

/** From when on time is short. */
const shortOf = ({ askedAt, deadlineAt }: OpenWait) => askedAt + Math.floor((deadlineAt - askedAt) * 0.75);

function nextReminder({ remindEvery, remindAt }: QuestionDetails, now: number): number | null {
  if (!remindEvery) return null;
  return typeof remindAt === "number" && remindAt > now ? remindAt : addDuration(now, remindEvery);
}
