import { Op } from "sequelize";
import { code, type Database, defineTable, id, instant, longText, serial, text } from "../../db/index.js";
import type { Clock } from "../../shared/clock.js";
import type { EffectContext, Remembered } from "../effects.js";

/** How much of a thread goes along with the next question: this many messages, and this many characters of them. */
const MOST_MESSAGES = 40;
const MOST_CHARACTERS = 100_000;

/** A longer message is kept cut. */
const LONGEST = 30_000;

/**
 * Messages of AI conversations, in the order they were said. Written by `remember`, a question and its answer for each
 * effect. Forgotten by `threads`.
 */
const messages = defineTable("millrace_threads", {
  n: serial,
  workspaceId: id,
  threadId: text(64),
  role: code<Remembered["role"]>(10, ["user", "assistant"]),
  content: longText,
  effectKey: code(190),
  at: instant,
});

/** The newest messages of a thread, oldest first. What this very step kept in an earlier try is not among them. */
export async function recall(
  db: Database,
  { workspaceId, idempotencyKey }: EffectContext,
  threadId: string,
): Promise<Remembered[]> {
  const rows = await messages(db, workspaceId).findAll({
    attributes: ["role", "content"],
    where: { threadId, effectKey: { [Op.ne]: idempotencyKey } },
    order: [["n", "DESC"]],
    limit: MOST_MESSAGES,
  });
  let characters = 0;
  const newest: Remembered[] = [];
  for (const { role, content } of rows) {
    characters += content.length;
    if (characters > MOST_CHARACTERS) break;
    newest.unshift({ role, content });
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
  said: Remembered[],
): Promise<void> {
  const at = room.clock.now();
  const rows = said.map(({ role, content }) => {
    const kept = content.length > LONGEST ? `${content.slice(0, LONGEST)}…` : content;
    return { workspaceId, threadId, role, content: kept, effectKey, at };
  });
  await room.db.inTransaction(async (tx) => {
    await messages(room.db, workspaceId).destroy({ where: { effectKey }, transaction: tx });
    // A worker that lost its claim may come at the same moment: of two, one stays.
    await messages(room.db).bulkCreate(rows, { ignoreDuplicates: true, transaction: tx });
  });
}
