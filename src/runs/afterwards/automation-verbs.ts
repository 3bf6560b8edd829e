import type { StepContext } from "../../actions/index.js";
import { activate, automationNamed, type NamedAutomation, pause } from "../../automations/index.js";
import type { Target } from "../../crm/index.js";
import { notFound, Problem } from "../../shared/errors.js";
import type { Engine } from "../engine.js";
import { type Run, unfinished } from "../run.js";
import { cancelRun } from "./cancel-run.js";

/** What the steps of a run may do to the automations of its workspace. */
export function automationVerbs(engine: Engine, run: Run, name: string): StepContext["automations"] {
  const { workspaceId } = run;
  const named = async (idOrName: string): Promise<NamedAutomation> => {
    const found = await automationNamed(engine, workspaceId, idOrName);
    if (!found) throw notFound("automation", idOrName);
    return found;
  };
  return {
    async pause(idOrName) {
      return pause(engine, workspaceId, (await named(idOrName)).id);
    },
    async resume(idOrName) {
      return activate(engine, workspaceId, (await named(idOrName)).id);
    },
    async cancelRuns(idOrName, record) {
      const automation = await named(idOrName);
      let cancelled = 0;
      for (const id of await underWay(engine, automation.id, record)) {
        if (id !== run.id && (await cancelOne(engine, run, id, name))) cancelled += 1;
      }
      return { id: automation.id, name: automation.name, cancelled };
    },
  };
}

async function underWay(engine: Engine, automationId: string, record: Target | null): Promise<string[]> {
  const rows = await engine.db.all(
    `SELECT id FROM millrace_runs WHERE automationId = ? AND status IN ('${unfinished.join("','")}')${
      record ? " AND object = ? AND recordId = ?" : ""
    } ORDER BY id`,
    [automationId, ...(record ? [record.object, record.id] : [])],
  );
  return rows.map((row) => String(row["id"]));
}

/** False when it was over before it could be cancelled. */
async function cancelOne(engine: Engine, run: Run, id: string, name: string): Promise<boolean> {
  const by = { type: "run" as const, id: run.id, name, automationId: run.automationId };
  try {
    await cancelRun(engine, run.workspaceId, id, by);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === "already_finished") return false;
    throw error;
  }
}
