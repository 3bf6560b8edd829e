import { getUser } from "../crm/index.js";
import { toColumn } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { Problem } from "../shared/errors.js";
import { decisionPath } from "./decision-link.js";
import { type Letter, type OpenWait, readWait, selectQuestions } from "./question.js";

/** Tries at a letter before it is given up; the outbox tells of each. */
const TRIES = 5;

/** A letter that did not leave is tried again after this long. */
const AGAIN_MS = 300_000;

/**
 * Mails what a question owes people: each letter with a link that lets its reader answer, once, without signing in. A
 * letter keeps its Message-ID, so that one which left before a crash does not leave again.
 */
export async function sendLetters(engine: Engine, token: string): Promise<void> {
  const row = await engine.db.one(`${selectQuestions} AND w.token = ?`, [token]);
  const wait = row && readWait(row);
  if (!wait?.details.letters?.length) return;
  const owed = await Promise.all(wait.details.letters.map((letter) => send(engine, wait, letter)));
  const settled = new Set(wait.details.letters.map(keyOf));
  const left = owed.filter((letter) => letter !== null);
  await engine.db.inTransaction(async (tx) => {
    await engine.db.run("UPDATE millrace_waits SET lookAt = lookAt WHERE token = ?", [token], tx);
    const now = await engine.db.one(`${selectQuestions} AND w.token = ?`, [token], tx);
    if (!now) return;
    const { details, lookAt } = readWait(now);
    const letters = [...(details.letters ?? []).filter((letter) => !settled.has(keyOf(letter))), ...left];
    const next = left.length > 0 ? Math.min(lookAt, engine.clock.now() + AGAIN_MS) : lookAt;
    await engine.db.run(
      "UPDATE millrace_waits SET details = ?, lookAt = ? WHERE token = ?",
      [toColumn({ ...details, letters }), next, token],
      tx,
    );
  });
}

const keyOf = ({ userId, n }: Letter) => `${userId}:${n}`;

/** Null: it has left, or never will. */
async function send(engine: Engine, wait: OpenWait, letter: Letter): Promise<Letter | null> {
  const { token, workspaceId, runId, row, details, deadlineAt } = wait;
  const user = await getUser(engine, workspaceId, letter.userId);
  const path = await decisionPath(engine, workspaceId, token, letter.userId).catch((error: unknown) => {
    if (error instanceof Problem) return null;
    throw error;
  });
  if (!user?.active || !path) return null;
  const link = `${engine.effects.baseUrl.replace(/\/+$/, "")}${path}`;
  const outside = engine.effects.bind({
    workspaceId,
    runId,
    stepKey: String(row["stepKey"]),
    idempotencyKey: `${token}:${keyOf(letter)}`,
    signal: AbortSignal.timeout(30_000),
  });
  const body = [
    letter.note,
    details.message,
    `[Answer](${link})`,
    `This link is yours alone. It can be used once, until ${iso(deadlineAt)}.`,
  ];
  const result = await outside.mail({
    to: [user.email],
    subject: letter.subject.slice(0, 250),
    body: body.filter(Boolean).join("\n\n"),
    format: "markdown",
    class: "transactional",
  });
  if (result.ok || !result.retryable || letter.tries + 1 >= TRIES) return null;
  return { ...letter, tries: letter.tries + 1 };
}
