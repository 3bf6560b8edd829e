import type { ChildrenPlan } from "../../actions/index.js";
import { automationNamed } from "../../automations/index.js";
import { type Tx, toColumn } from "../../db/index.js";
import type { Engine } from "../engine.js";
import type { NewWait, Walk } from "../walk.js";
import { lockWaits, moveOn } from "./children.js";
import type { ChildrenDetails } from "./children-wait.js";

/** A new wait for children: what is kept of it, and what they are to be started with. */
type Planned = { runId: string; wait: NewWait; plan: ChildrenPlan; details: ChildrenDetails };

/**
 * Before waits are stored: makes of the plan that a step left in its wait what is kept of it, by token. The starts
 * themselves get rows of their own, so that a wait stays small whatever the number of its children.
 */
export async function takePlans(engine: Engine, walks: Walk[], tx: Tx): Promise<Map<string, Planned>> {
  const planned = new Map<string, Planned>();
  for (const { run, newWaits, finished } of walks) {
    for (const wait of finished ? [] : newWaits) {
      if (wait.kind !== "children") continue;
      const plan = wait.details as ChildrenPlan;
      const { starts, automation, ...rest } = plan;
      const found = await automationNamed(engine, run.workspaceId, automation, tx);
      const details: ChildrenDetails = {
        ...rest,
        automation: found?.name ?? automation,
        automationId: found?.id ?? null,
        total: starts.length,
      };
      planned.set(wait.token, { runId: run.id, wait, plan, details });
    }
  }
  return planned;
}

/** After waits are stored: writes down who is to be started, and starts as many as may run at once. */
export async function startPlanned(engine: Engine, planned: Map<string, Planned>, tx: Tx): Promise<void> {
  for (const { runId, wait, plan } of planned.values()) {
    const done = new Map(wait.carried?.map((child) => [child.item, child.runId]));
    const rows = plan.starts.map((start, item) => ({
      token: wait.token,
      item,
      parentRunId: runId,
      stepKey: wait.key,
      iteration: wait.iteration,
      status: done.has(item) ? "completed" : "planned",
      childRunId: done.get(item) ?? null,
      start: toColumn(start),
      error: null,
    }));
    await engine.db.insert("millrace_children", rows, tx);
    const stored = (await lockWaits(engine, [wait.token], tx)).get(wait.token);
    if (stored) await moveOn(engine, stored, tx);
  }
}
