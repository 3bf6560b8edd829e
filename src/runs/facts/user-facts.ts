import { type Actor, getUser } from "../../crm/index.js";
import type { Tx } from "../../db/index.js";
import type { Document } from "../../graph/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Engine } from "../engine.js";

const mentioning = new WeakMap<Document, boolean>();

/** The person who caused a run, as templates read them under `user`; asked for only by documents that mention a user. */
export async function userFacts(
  engine: Engine,
  workspaceId: string,
  { id, name }: Actor,
  document: Document,
  tx?: Tx,
): Promise<JsonObject> {
  const mentions = mentioning.get(document) ?? /\buser\b/.test(JSON.stringify(document));
  mentioning.set(document, mentions);
  const user = mentions && id ? await getUser(engine, workspaceId, id, tx) : null;
  return user ? { id, name: user.name, email: user.email, role: user.role } : { id, name };
}
