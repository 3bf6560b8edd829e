import { getUser, notifyUser, usersByRole } from "../crm/index.js";
import { fromColumn, type Tx } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import type { Entry } from "./entry.js";

/** How many runs of a month's limit were used before and after a decision. */
type Use = { before: number; after: number; limit: number };

/**
 * Tells whoever answers for an automation, or the admins of a workspace, once each when four fifths and when all of the
 * month's runs are used up.
 */
export async function tellOfUse(
  engine: Engine,
  { active, workspace }: Entry,
  of: "automation" | "workspace",
  { before, after, limit }: Use,
  tx: Tx,
): Promise<void> {
  const crossed = [1, 0.8].find((share) => before < share * limit && after >= share * limit);
  if (crossed === undefined) return;
  const name = of === "automation" ? active.name : workspace.name;
  const title =
    crossed === 1
      ? `"${name}" has used all ${limit} runs of this month`
      : `"${name}" has used ${after} of ${limit} runs of this month`;
  const body =
    crossed === 1
      ? "Further starts are logged as skipped, and can be started later from the run log."
      : "Starts beyond the limit will be logged as skipped.";
  const link = of === "automation" ? `/${active.automationId}` : "/runs?status=skipped&reason=monthly_limit";
  const people = of === "automation" ? await answerFor(engine, active, tx) : await admins(engine, workspace.id, tx);
  for (const id of people) await notifyUser(engine, workspace.id, id, { title, body, link }, tx);
}

/** The owner; of an automation made by a key whoever made the key; when that is nobody who is still here, the admins. */
async function answerFor(
  engine: Engine,
  { automationId, workspaceId }: { automationId: string; workspaceId: string },
  tx: Tx,
): Promise<string[]> {
  const row = await engine.db.one(
    "SELECT a.ownerId, v.savedBy FROM millrace_automations a JOIN millrace_versions v ON v.automationId = a.id AND v.version = 1 WHERE a.id = ?",
    [automationId],
    tx,
  );
  const by = fromColumn<{ type?: string; id?: string | null }>(row?.["savedBy"], {});
  const key =
    by.type === "key" && by.id
      ? await engine.db.one("SELECT createdBy FROM millrace_api_keys WHERE id = ?", [by.id], tx)
      : null;
  for (const id of [row?.["ownerId"], key?.["createdBy"]]) {
    const user = typeof id === "string" ? await getUser(engine, workspaceId, id, tx) : null;
    if (user?.active) return [user.id];
  }
  return admins(engine, workspaceId, tx);
}

async function admins(engine: Engine, workspaceId: string, tx: Tx): Promise<string[]> {
  return (await usersByRole(engine, workspaceId, "admin", tx)).map(({ id }) => id);
}
