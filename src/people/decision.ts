import { boolean, code, defineTable, id, instant, longText, optional, primary, type Tx, text } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import { iso } from "../shared/clock.js";

/**
 * What each person decided on a question, and, under nobody's id, the question itself, so that it is known when its wait
 * is gone. Written by `decide` and `noteAsked`. Forgotten with the run.
 */
export const decisions = defineTable("millrace_decisions", {
  token: primary(id),
  userId: primary(code(64)),
  workspaceId: id,
  runId: id,
  stepKey: code(64),
  name: text(190),
  decision: code(10),
  comment: optional(longText),
  alone: { ...boolean, defaultValue: false },
  at: instant,
});

/** Stands among the decisions on a question for the question itself. */
export const NOBODY = "";

/** One person's decision. `alone`: it settled the question whatever the others say. */
export type Decision = {
  userId: string;
  name: string;
  decision: string;
  comment: string | null;
  alone: boolean;
  at: string;
};

/** The decisions of people on questions, by token, oldest first. */
export async function decisionsOn(engine: Engine, tokens: string[], tx?: Tx): Promise<Map<string, Decision[]>> {
  const found = new Map<string, Decision[]>();
  if (tokens.length === 0) return found;
  const rows = await decisions(engine.db).findAll({
    where: { token: tokens },
    order: ["at", "userId"],
    transaction: tx,
  });
  for (const { token, userId, name, decision, comment, alone, at } of rows) {
    if (userId === NOBODY) continue;
    found.set(token, [...(found.get(token) ?? []), { userId, name, decision, comment, alone, at: iso(at) }]);
  }
  return found;
}
