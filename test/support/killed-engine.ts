import type { Database } from "../../src/db/index.js";
import type { EffectResult } from "../../src/effects/index.js";
import { advanceDueRuns, type Engine, effectsInHand } from "../../src/runs/index.js";
import { newId } from "../../src/shared/ids.js";

/** When an engine dies: in its n-th transaction, counted from 1, with that transaction undone or just committed. */
export type Death = { at: number; committed: boolean };

/** A call as the other side saw it. */
export type Call = { key: string; body: string };

class Killed extends Error {}

/**
 * Lets an engine of its own, with nothing in memory, do all there is to do now, until it dies. From its death on nothing
 * of it reaches the database or the other side, as if its process were gone. Returns how many transactions it made.
 */
export async function workUntilDeath(engine: Engine, calls: Call[], death?: Death): Promise<number> {
  const life = { dead: false, transactions: 0 };
  const mortal: Engine = {
    ...engine,
    db: mortalDatabase(engine.db, life, death),
    effects: {
      ...engine.effects,
      bind: (context) => ({
        ...engine.effects.bind(context),
        async http({ url, body }): Promise<EffectResult> {
          if (life.dead) throw new Killed();
          const key = context.idempotencyKey;
          const isFirst = calls.every((call) => call.key !== key);
          calls.push({ key, body: JSON.stringify(body) });
          // Every third step's calls fail for good there, another third's the first time.
          const luck = url.includes("unsure") ? Number(/\d+/.exec(context.stepKey)) % 3 : 2;
          if (luck === 0 || (luck === 1 && isFirst))
            return { ok: false, code: "http_503", message: "Not now.", retryable: true };
          return { ok: true, output: { status: 200, body: {} } };
        },
      }),
    },
    inHand: effectsInHand(4),
    worker: newId(),
    bornAt: 0,
  };
  try {
    while ((await advanceDueRuns(mortal)) + (await mortal.inHand.atRest()) > 0);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  await mortal.inHand.atRest();
  return life.transactions;
}

function mortalDatabase(db: Database, life: { dead: boolean; transactions: number }, death?: Death): Database {
  const alive =
    <A extends unknown[], R>(work: (...given: A) => Promise<R>) =>
    (...given: A): Promise<R> =>
      life.dead ? Promise.reject(new Killed()) : work(...given);
  const die = (): never => {
    life.dead = true;
    throw new Killed();
  };
  return {
    ...db,
    all: alive(db.all) as Database["all"],
    one: alive(db.one) as Database["one"],
    run: alive(db.run),
    insert: alive(db.insert),
    savepoint: alive(db.savepoint) as Database["savepoint"],
    async inTransaction(work, within, joinWrites) {
      if (life.dead) throw new Killed();
      if (within) return work(within);
      const last = ++life.transactions === death?.at;
      const result = await db.inTransaction(
        async (tx) => {
          const done = await work(tx);
          return last && !death.committed ? die() : done;
        },
        undefined,
        joinWrites,
      );
      return last ? die() : result;
    },
  };
}
