import type { Logger } from "pino";
import { builtinActions } from "./actions/index.js";
import type { Config } from "./config.js";
import { createObjectTable } from "./crm/index.js";
import type { Database } from "./db/index.js";
import { createEffects } from "./effects/index.js";
import { currentIndex } from "./enrollments/index.js";
import { type Engine, effectsInHand, nobody } from "./runs/index.js";
import type { Clock } from "./shared/clock.js";
import { newId } from "./shared/ids.js";

/** How many events or runs one transaction may hold. */
const BATCH = 100;

/** What an engine is made of: the one plain object all rooms from `crm/` up work with. */
export function makeEngine(parts: {
  db: Database;
  clock: Clock;
  log: Logger;
  config: Config;
  stopping: AbortSignal;
  ring: Engine["ring"];
  ringAt: Engine["ringAt"];
}): Engine {
  const { config, ...given } = parts;
  const { db, clock, log } = given;
  const engine: Engine = {
    ...given,
    objects: createObjectTable(),
    effects: createEffects({ db, clock, log, config }),
    actions: builtinActions(),
    settings: {
      leaseMs: config.leaseMs,
      batch: BATCH,
      concurrency: config.concurrency,
      retention: config.retention,
    },
    inHand: effectsInHand(config.concurrency),
    observer: nobody,
    bornAt: clock.now(),
    worker: newId(),
    random: Math.random,
    listens: async (workspaceId, kind, tx) => (await currentIndex(engine, tx)).listens(workspaceId, kind),
  };
  return engine;
}
