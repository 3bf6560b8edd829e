import { fromColumn, type Tx } from "../db/index.js";
import type { Engine } from "./engine.js";
import { readStepRow } from "./step-row.js";
import type { Walk } from "./walk.js";

/** Brings back what earlier claims did: outputs for later steps, items of loops, answers, and tries a dead worker left open. */
export async function recallSteps(engine: Engine, walk: Walk, tx?: Tx): Promise<void> {
  const { run, state } = walk;
  const rows = await engine.db.all(
    `SELECT s.* FROM millrace_steps s WHERE s.runId = ? AND (s.status = 'running' OR s.n IN (SELECT MAX(n) FROM millrace_steps WHERE runId = ? GROUP BY \`key\`)) ORDER BY s.n`,
    [run.id, run.id],
    tx,
  );
  for (const row of rows) {
    const stored = readStepRow(row);
    if (state.loops.some(({ n }) => n === stored.n))
      walk.items.set(stored.n, (stored.input?.["items"] as unknown[] | undefined) ?? []);
    if (stored.status !== "running") {
      walk.steps[stored.position.key] = { output: stored.output, error: stored.error, port: stored.port };
      continue;
    }
    // The call may or may not have gone out before the crash: it is repeated with the same key, and the log says so.
    const error = {
      code: "interrupted",
      message: "The worker stopped during this try. It is repeated with the same idempotency key.",
      retryable: true,
    };
    walk.endedRows.push({ ...stored, status: "retrying", error, finishedAt: engine.clock.now() });
    const position = state.ready.find(
      (at) => at.key === stored.position.key && at.iteration === stored.position.iteration,
    );
    if (position) position.attempt = stored.position.attempt + 1;
  }
  if (state.ready.some(({ wait }) => wait?.token)) await recallAnswers(engine, walk, tx);
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
