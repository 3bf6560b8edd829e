import { messageOf } from "../shared/errors.js";
import type { Engine } from "./engine.js";
import type { Run } from "./run.js";

/**
 * Keeps a claim alive while an effect takes long, four times a lease. When the claim turns out to be lost — the run was
 * cancelled, or another worker has it — the signal aborts, and the effect with it.
 */
export function heartbeat(engine: Engine, run: Run): { signal: AbortSignal; stop(): void } {
  const lost = new AbortController();
  const beat = async () => {
    const { changes } = await engine.db.run(
      "UPDATE millrace_runs SET wakeAt = ?, commits = commits + 1 WHERE id = ? AND fence = ? AND status = 'running'",
      [engine.clock.now() + engine.settings.leaseMs, run.id, run.fence],
    );
    if (changes === 0) lost.abort();
  };
  const timer = setInterval(() => {
    beat().catch((error: unknown) =>
      engine.log.warn({ runId: run.id, error: messageOf(error) }, "a heartbeat could not be written"),
    );
  }, engine.settings.leaseMs / 4);
  return { signal: lost.signal, stop: () => clearInterval(timer) };
}
