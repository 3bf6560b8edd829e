import { getUser } from "../crm/index.js";
import type { Engine } from "../runs/index.js";
import { invalid, notFound } from "../shared/errors.js";
import { isObject } from "../shared/json.js";
import { askedIds } from "./question.js";
import { openWait } from "./questions.js";

const PURPOSE = "decision";

/** Whom a link lets decide, and what. */
export type LinkHolder = { workspaceId: string; id: string; userId: string; name: string };

/**
 * The path of a page where one person decides one question without logging in: sealed with SECRET_KEY, bound to both,
 * and of use only until that person, or the question, has decided. 404 when it is not open, 422 for who was not asked.
 */
export async function decisionPath(engine: Engine, workspaceId: string, id: string, userId: string): Promise<string> {
  const wait = await openWait(engine, workspaceId, id);
  if (!wait) throw notFound("open question", id);
  if (!askedIds(wait.details).includes(userId))
    throw invalid([{ path: "user", message: "This person was not asked." }]);
  const { key, sealed } = engine.effects.keys.seal(Buffer.from(JSON.stringify({ workspaceId, id, userId })), PURPOSE);
  return `/decide/${key}.${sealed}`;
}

/** Whom a link stands for. 404 for one that is not ours, and for somebody who has left. */
export async function readDecisionLink(engine: Engine, token: string): Promise<LinkHolder> {
  const [key, sealed] = token.length > 2_000 ? [] : token.split(".");
  const plain = key && sealed ? engine.effects.keys.open(key, sealed, PURPOSE) : null;
  const value: unknown = plain ? JSON.parse(plain.toString()) : null;
  if (!isObject(value)) throw notFound("decision link", "…");
  const { workspaceId, id, userId } = value as Record<string, string>;
  const user = workspaceId && userId ? await getUser(engine, workspaceId, userId) : null;
  if (!workspaceId || !id || !user?.active) throw notFound("decision link", "…");
  return { workspaceId, id, userId: user.id, name: user.name };
}
