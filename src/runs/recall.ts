import { fromColumn, marks, type Row, type Tx } from "../db/index.js";
import type { Engine } from "./engine.js";
import { interrupt } from "./interrupted.js";
import { keptSteps } from "./kept-steps.js";
import { keyNow } from "./keys-now.js";
import { readStepRow } from "./step-row.js";

import type { Walk } from "./walk.js";

/** Brings back what earlier claims did: outputs for later steps, items of loops, answers, and tries a dead worker left open. */
export async function recallSteps(engine: Engine, walk: Walk, tx?: Tx): Promise<void> {
  const { state } = walk;
  if (state.kept !== undefined) walk.kept = await keptSteps(engine, walk.run.id, state.kept, tx);
  const loops = state.loops.map(({ n }) => n);
  const rows = await rowsToRecall(engine, walk, loops, tx);
  state.ended ??= {};
  for (const row of rows) {
    const stored = readStepRow(row);
    if (loops.includes(stored.n)) {
      walk.items.set(stored.n, (stored.input?.["items"] as unknown[] | undefined) ?? []);
      continue;
    }
    if (stored.status !== "running") {
      const key = keyNow(state, stored.n, stored.position.key);
      walk.steps[key] = { output: stored.output, error: stored.error, port: stored.port };
      state.ended[key] = stored.n;
      continue;
    }
    const step = walk.version.plan.steps.get(stored.position.key);
    const place = state.ready.find(
      (at) => at.key === stored.position.key && at.iteration === stored.position.iteration,
    );
    interrupt(engine, walk, step, place, stored, "worker");
  }
  if (state.ready.some(({ wait }) => wait?.token)) await recallAnswers(engine, walk, tx);
}

/** What a claim reads of the log does not grow with it: the last rows of each step are known by number. */
async function rowsToRecall(
  engine: Engine,
  { run, state: { ended, open } }: Walk,
  loops: number[],
  tx?: Tx,
): Promise<Row[]> {
  if (ended && open) {
    const known = [...new Set([...Object.values(ended), ...open, ...loops])];
    if (known.length === 0) return [];
    return engine.db.all(
      `SELECT * FROM millrace_steps WHERE runId = ? AND n IN (${marks(known)}) ORDER BY n`,
      [run.id, ...known],
      tx,
    );
  }
  return engine.db.all(
    `SELECT s.* FROM millrace_steps s WHERE s.runId = ? AND (s.status = 'running'${loops.length > 0 ? ` OR s.n IN (${marks(loops)})` : ""}
      OR s.n IN (SELECT MAX(n) FROM millrace_steps WHERE runId = ? AND status IN ('success','failed','skipped') GROUP BY \`key\`)) ORDER BY s.n`,
    [run.id, ...loops, run.id],
    tx,
  );
}

async function recallAnswers(engine: Engine, { run, state }: Walk, tx?: Tx): Promise<void> {
  const rows = await engine.db.all(
    "SELECT token, answer FROM millrace_waits WHERE runId = ? AND answer IS NOT NULL",
    [run.id],
    tx,
  );
  for (const row of rows) {
    const place = state.ready.find(({ wait }) => wait?.token === row["token"]);
    if (place?.wait) place.wait.answer = fromColumn(row["answer"], { port: "success", output: {} });
  }
}
