import { fromColumn, type Row, type Tx } from "../../db/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Engine } from "../engine.js";
import type { Run } from "../run.js";

/**
 * Notes questions put to people for good, in the commit that asks them: so they are known, by title, deadline and those
 * asked, also when the run is cancelled before anybody has looked at them. `people/ended-question.ts` reads it.
 */
export async function noteQuestions(engine: Engine, run: Run, waits: Row[], tx: Tx): Promise<void> {
  const asked = waits.filter(({ kind }) => kind === "approval" || kind === "human_task");
  if (asked.length === 0) return;
  const notes = asked.map(({ token, stepKey, details, wakeAt }) => {
    const { title, assignees } = fromColumn<JsonObject>(details, {});
    return {
      token: String(token),
      userId: "",
      workspaceId: run.workspaceId,
      runId: run.id,
      stepKey: String(stepKey),
      name: String(title ?? "").slice(0, 190),
      decision: "asked",
      comment: JSON.stringify(Array.isArray(assignees) ? assignees : []),
      alone: 0,
      at: Number(wakeAt),
    };
  });
  await engine.db.insert("millrace_decisions", notes, tx, true);
}
