import type { Database } from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";
import type { EffectContext, Remembered } from "../effects.js";

/** How much of a thread goes along with the next question: this many messages, and this many characters of them. */
const MOST_MESSAGES = 40;
const MOST_CHARACTERS = 100_000;

/** A longer message is kept cut. */
const LONGEST = 30_000;

/** The newest messages of a thread, oldest first. What this very step kept in an earlier try is not among them. */
export async function recall(
  db: Database,
  { workspaceId, idempotencyKey }: EffectContext,
  threadId: string,
): Promise<Remembered[]> {
  const rows = await db.all(
    `SELECT role, content FROM millrace_threads WHERE workspaceId = ? AND threadId = ? AND effectKey <> ?
     ORDER BY n DESC LIMIT ${MOST_MESSAGES}`,
    [workspaceId, threadId, idempotencyKey],
  );
  let characters = 0;
  const newest: Remembered[] = [];
  for (const { role, content } of rows) {
    characters += String(content).length;
    if (characters > MOST_CHARACTERS) break;
    newest.unshift({ role: role === "user" ? "user" : "assistant", content: String(content) });
  }
  const isCut = newest.length < rows.length || rows.length === MOST_MESSAGES;
  const first = newest.findIndex(({ role }) => role === "user");
  return isCut && first > 0 ? newest.slice(first) : newest;
}

/** Adds one message of each role to a thread. A repetition of the step replaces what it kept before. */
export async function remember(
  room: { db: Database; clock: Clock },
  { workspaceId, idempotencyKey: effectKey }: EffectContext,
  threadId: string,
  messages: Remembered[],
): Promise<void> {
  const at = room.clock.now();
  const rows = messages.map(({ role, content }) => {
    const kept = content.length > LONGEST ? `${content.slice(0, LONGEST)}…` : content;
    return { workspaceId, threadId, role, content: kept, effectKey, at };
  });
  await room.db.inTransaction(async (tx) => {
    await room.db.run(
      "DELETE FROM millrace_threads WHERE effectKey = ? AND workspaceId = ?",
      [effectKey, workspaceId],
      tx,
    );
    // A worker that lost its claim may come at the same moment: of two, one stays.
    await room.db.insert("millrace_threads", rows, tx, true);
  });
}
