import { notifyUser } from "../crm/index.js";
import type { Tx } from "../db/index.js";
import type { Engine } from "../runs/index.js";
import type { Entry } from "./admit.js";

/** Tells the automation's owner, once each, when four fifths and when all of the month's runs are used up. */
export async function tellOwner(
  engine: Engine,
  { active }: Entry,
  before: number,
  after: number,
  limit: number,
  tx: Tx,
): Promise<void> {
  const crossed = [1, 0.8].find((share) => before < share * limit && after >= share * limit);
  if (crossed === undefined) return;
  const row = await engine.db.one("SELECT ownerId FROM millrace_automations WHERE id = ?", [active.automationId], tx);
  const ownerId = row?.["ownerId"];
  if (typeof ownerId !== "string") return;
  const title =
    crossed === 1
      ? `"${active.name}" has used all ${limit} runs of this month`
      : `"${active.name}" has used ${after} of ${limit} runs of this month`;
  const body =
    crossed === 1
      ? "Further starts are logged as skipped, and can be started later from the run log."
      : "Starts beyond the limit will be logged as skipped.";
  await notifyUser(engine, active.workspaceId, ownerId, { title, body, link: `/${active.automationId}` }, tx);
}
