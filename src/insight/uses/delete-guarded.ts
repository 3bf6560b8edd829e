import { markBroken } from "../../automations/index.js";
import type { Engine } from "../../runs/index.js";
import { conflict } from "../../shared/errors.js";
import { type Thing, usesOf } from "./uses-of.js";

/**
 * Deletes a thing by `remove` unless an automation uses it: then 409 `in_use` with `uses`, every place of every automation.
 * With `force` it is deleted all the same, and those automations say that they are broken until they are published again.
 * `what` names the thing at the beginning of a sentence.
 */
export async function deleteGuarded<T>(
  engine: Engine,
  workspaceId: string,
  what: string,
  thing: Thing,
  force: boolean,
  remove: () => Promise<T>,
): Promise<T> {
  const uses = await usesOf(engine, workspaceId, thing);
  const users = new Map(uses.map(({ automationId, automationName }) => [automationId, automationName]));
  if (uses.length > 0 && !force) {
    const names = [...users.values()];
    const listed = names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    throw conflict(
      "in_use",
      `${what} is used by ${listed}. Change that first, or delete it all the same with force=1.`,
      {
        uses,
      },
    );
  }
  const removed = await remove();
  for (const id of users.keys()) {
    const paths = uses.filter(({ automationId }) => automationId === id).map(({ path }) => path);
    const broken = { message: `${what} was deleted, and this automation uses it.`, paths: [...new Set(paths)] };
    await engine.db.inTransaction((tx) => markBroken(engine, id, broken, tx));
  }
  return removed;
}
