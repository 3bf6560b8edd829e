import type { Tx } from "../db/index.js";
import type { Engine } from "./engine.js";
import type { Walk } from "./walk.js";

/** Tells the observer, once `tx` has committed, which runs and tries came to an end, and logs each run that failed. */
export function tellObserver(engine: Engine, walks: Walk[], tx: Tx): void {
  const ended = walks.map(({ run, finished, newRows, endedRows, version }) => ({
    run,
    finished,
    automation: version.name,
    steps: [...newRows, ...endedRows].flatMap(({ position, status, startedAt, finishedAt }) =>
      finishedAt === null
        ? []
        : [{ kind: version.plan.steps.get(position.key)?.kind ?? "", status, ms: finishedAt - startedAt }],
    ),
  }));
  tx.afterCommit(() => {
    const now = engine.clock.now();
    for (const { run, finished, automation, steps } of ended) {
      for (const step of steps) engine.observer.stepEnded(step);
      if (!finished) continue;
      const { status, reason } = finished;
      const ms = run.startedAt === null ? null : now - run.startedAt;
      engine.observer.runEnded({ status, reason: reason?.code ?? null, ms });
      const { id: runId, automationId, workspaceId } = run;
      if (status === "failed")
        engine.log.warn({ runId, automationId, automation, workspaceId, reason: reason?.code }, "a run failed");
    }
  });
}
