import pLimit from "p-limit";
import { messageOf } from "../shared/errors.js";
import type { EffectsInHand } from "./engine.js";
import { heartbeat } from "./heartbeat.js";
import type { Run } from "./run.js";

/** More announced effects than this wait in the database instead of in this process. */
const MOST_IN_HAND = 500;

type Held = { run: Run; suspect: boolean; alive: ReturnType<typeof heartbeat>; done: Promise<void> };

/** Nothing in hand yet; `concurrency` effects are out at the same time at most. */
export function effectsInHand(concurrency: number): EffectsInHand {
  const limit = pLimit(concurrency);
  const held = new Set<Held>();

  const atRest = async (): Promise<number> => {
    let ended = 0;
    while (held.size > 0) {
      ended += held.size;
      await Promise.all([...held].map(({ done }) => done));
    }
    return ended;
  };

  return {
    hasRoom: () => held.size < MOST_IN_HAND,
    holdsSuspect: () => [...held].some(({ suspect }) => suspect),
    take(engine, run, work, suspect = false) {
      const alive = heartbeat(engine, run);
      const done = limit(() => (alive.signal.aborted ? undefined : work(alive.signal)))
        .catch((error: unknown) =>
          engine.log.error(
            { runId: run.id, error: messageOf(error) },
            "an effect's result could not be stored; its lease runs out",
          ),
        )
        .finally(() => {
          alive.stop();
          held.delete(one);
          if (suspect) engine.ring("runs");
        });
      const one: Held = { run, suspect, alive, done };
      held.add(one);
    },
    atRest,
    async drain(engine, timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([atRest(), late]);
      clearTimeout(timer);
      for (const { run, alive } of held) {
        alive.stop();
        await engine.db.run(
          "UPDATE millrace_runs SET wakeAt = ?, commits = commits + 1 WHERE id = ? AND fence = ? AND status = 'running'",
          [engine.clock.now(), run.id, run.fence],
        );
      }
    },
  };
}
