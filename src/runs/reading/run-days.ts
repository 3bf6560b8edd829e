import { countsOf } from "../../counts/index.js";
import type { Day } from "../../shared/local-day.js";
import type { Engine } from "../engine.js";

/** How many runs were started on a day, and how many of those have failed. */
export type RunDay = { runs: number; failed: number };

/** The given days of several automations of a workspace, in the order given; days count in the workspace's zone. */
export async function runDays(
  engine: Engine,
  workspaceId: string,
  automationIds: string[],
  days: Day[],
): Promise<Map<string, RunDay[]>> {
  const cells = await countsOf(engine, workspaceId, {
    scopes: automationIds,
    measures: ["started", "status"],
    days,
    what: ["", "failed"],
  });
  const found = new Map(automationIds.map((id) => [id, days.map(() => ({ runs: 0, failed: 0 }))]));
  for (const { scope, measure, day, n } of cells) {
    const at = found.get(scope)?.[days.indexOf(day)];
    if (at) at[measure === "started" ? "runs" : "failed"] += n;
  }
  return found;
}
