import type { Dialect } from "../../src/db/index.js";
import {
  createEffects,
  type EffectContext,
  type Effects,
  type EffectsConfig,
  type EffectsLimits,
} from "../../src/effects/index.js";
import { freshDatabase } from "./databases.js";
import { MovableClock } from "./movable-clock.js";

/** A gateway on a database of its own, in workspace `w1`. */
export async function gateway(dialect: Dialect, config: Partial<EffectsConfig> = {}, limits: EffectsLimits = {}) {
  const { db, drop } = await freshDatabase(dialect);
  const clock = new MovableClock();
  const made: Effects[] = [];
  const open = (more: Partial<EffectsConfig> = {}): Effects => {
    const effects = createEffects({
      db,
      clock,
      log: { info() {}, warn() {}, error() {} },
      config: {
        allowHosts: [],
        secretKey: "a long enough test key",
        baseUrl: "https://crm.example.com",
        ...config,
        ...more,
      },
      limits: { httpTimeoutMs: 400, smtpTimeoutMs: 400, ...limits },
    });
    made.push(effects);
    return effects;
  };
  const effects = open();
  return {
    db,
    clock,
    effects,
    /** The same database seen by a process with other settings. */
    open,
    outside: (context: Partial<EffectContext> = {}, through = effects) => through.bind({ ...attempt, ...context }),
    async close() {
      for (const one of made) await one.close();
      await drop();
    },
  };
}

const attempt: EffectContext = {
  workspaceId: "w1",
  runId: "r1",
  stepKey: "tell",
  idempotencyKey: "r1:tell:0",
  signal: new AbortController().signal,
};
