import { getAutomation, getVersion, runnableVersion } from "../../automations/index.js";
import { fromColumn, marks, membersOfList } from "../../db/index.js";
import type { Engine } from "../engine.js";
import { unfinished } from "../run.js";

/** A step that runs stand at: how many, and whether the latest version still has it. */
export type StepInFlight = { step: string; name: string; count: number; kept: boolean };

/**
 * Where the runs of an automation stand that are not over, whichever version they run on: what publishing leaves under
 * way; `except` leaves one version out. A run on several branches counts at each of its steps, and once in `total`. 404 when there is no such automation.
 */
export async function runsInFlight(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  except = 0,
): Promise<{ inFlight: StepInFlight[]; total: number }> {
  const automation = await getAutomation(engine, workspaceId, automationId);
  const latest = await getVersion(engine, automation);
  const kept = new Set(latest.document.steps.map(({ key }) => key));
  const ready = membersOfList(engine.db, "state", "ready", "key");
  const groups = await engine.db.all(
    `SELECT version, ready, COUNT(*) AS n FROM (
       SELECT version, ${ready} AS ready FROM millrace_runs WHERE automationId = ? AND status IN (${marks(unfinished)}) AND version <> ?
     ) standing GROUP BY version, ready ORDER BY version DESC`,
    [automation.id, ...unfinished, except],
  );
  const found = new Map<string, StepInFlight>();
  let total = 0;
  for (const group of groups) {
    const count = Number(group["n"]);
    total += count;
    const runnable = await runnableVersion(engine, automation.id, Number(group["version"]));
    const standing = fromColumn<string[]>(group["ready"], []);
    for (const step of new Set(standing.length > 0 ? standing : (runnable?.plan.entry ?? []))) {
      const known = found.get(step) ?? {
        step,
        name: runnable?.plan.steps.get(step)?.name ?? step,
        count: 0,
        kept: kept.has(step),
      };
      known.count += count;
      found.set(step, known);
    }
  }
  return { inFlight: [...found.values()].sort((a, b) => b.count - a.count || (a.step < b.step ? -1 : 1)), total };
}
