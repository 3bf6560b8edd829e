import { join } from "node:path";
import type { Express } from "express";
import { type Logger, pino } from "pino";
import type { Model, ModelStatic, Sequelize, Transaction } from "sequelize";
import { type ActionKind, defineAction } from "./actions/index.js";
import { type Config, configFrom, packageRoot } from "./config.js";
import { ensureWorkspace, type WatchOptions, watchModel } from "./crm/index.js";
import { connect, createDatabase, type Database, databaseClock, migrate } from "./db/index.js";
import { emitEvent } from "./events/index.js";
import { metricsOf } from "./insight/index.js";
import { createJobs, type Jobs, officialBackend } from "./jobs/index.js";
import { makeEngine } from "./make-engine.js";
import { answerStep, type Engine } from "./runs/index.js";
import type { Clock } from "./shared/clock.js";
import type { JsonObject } from "./shared/json.js";
import { createApp, type WebOptions } from "./web/index.js";
import { defineJobs } from "./worker.js";

/** What a host hands in. `config` overrides single settings of the environment; a test may bring its own clock. */
export type MillraceOptions = {
  /** The host's own Sequelize instance; without it one is made from DATABASE_URL. */
  sequelize?: Sequelize;
  config?: Partial<Config>;
  log?: Logger;
  clock?: Clock;
  /** Embedded: the name of the one workspace the host's records belong to. */
  workspace?: string;
};

/** An automation module in a process: hand it to the host's routes, and start it where work is to be done. */
export type Millrace = {
  readonly engine: Engine;
  readonly config: Config;
  readonly jobs: Jobs;
  /** Makes a host's model an object: every change of a row, bulk ones included, becomes an event in the same transaction. */
  watch(model: ModelStatic<Model>, options: WatchOptions): void;
  /** The pages and the API, to mount anywhere. `currentUser` says who is asking, in the host's own terms. */
  router(options?: Partial<WebOptions>): Express;
  readonly actions: { register(action: ActionKind): void };
  /** Tells Millrace that something named happened, in the host's transaction when it has one. Returns the event's id. */
  emit(
    name: string,
    data: JsonObject,
    options?: { transaction?: Transaction; object?: string; recordId?: string; workspaceId?: string },
  ): Promise<string>;
  /**
   * Answers a step of the host's own kind that waits for an answer, by the `idempotencyKey` it was carried out with, in the
   * host's transaction when it has one. False: nothing waits under this key (any more, or not yet). 422 for an unknown port.
   */
  answer(
    idempotencyKey: string,
    answer: { port: string; output?: JsonObject },
    options?: { transaction?: Transaction },
  ): Promise<boolean>;
  /** What this process has done and what waits in the database, as a Prometheus server reads it; the first call begins to watch. */
  metrics(): Promise<string>;
  /** Begins to work: relays events, advances runs, fires schedules. Without it this process only serves. */
  start(): Promise<void>;
  /** Puts work down after the step in hand, at most 25 seconds, and closes what it opened. */
  stop(): Promise<void>;
};

/** Longest a stopping process waits for the steps in hand. */
const DRAIN_MS = 25_000;

/** Sets Millrace up on a database: brings its tables up to date, and makes the workspace of a host. Nothing runs before `start`. */
export async function createMillrace(options: MillraceOptions = {}): Promise<Millrace> {
  const { secretKey } = options.config ?? {};
  const config = {
    ...configFrom({ ...process.env, ...(secretKey ? { SECRET_KEY: secretKey } : {}) }),
    ...options.config,
  };
  const log = options.log ?? pino({ level: config.logLevel });
  const db: Database = options.sequelize ? createDatabase(options.sequelize) : connect(config.databaseUrl);
  await migrate(db, join(packageRoot, "migrations"));
  const clock = options.clock ?? (await databaseClock(db));
  const backend = config.jobsUrl ? { backend: await officialBackend(config.jobsUrl) } : {};
  const jobs = createJobs({ db, clock, log, poll: config.pollMs, concurrency: 1, ...backend });
  const stopping = new AbortController();
  const engine = makeEngine({ db, clock, log, config, stopping: stopping.signal, ring: jobs.nudge, ringAt: jobs.at });
  defineJobs(engine, jobs);
  const home = options.sequelize ? await ensureWorkspace(engine, options.workspace ?? "default", "CRM") : null;

  return {
    engine,
    config,
    jobs,
    watch: (model, watched) => watchModel(engine, model, watched),
    router: (mount) =>
      createApp(engine, {
        baseUrl: config.baseUrl,
        sessionSecrets: config.secretKey.split(","),
        trustProxy: config.trustProxy,
        workspace: home?.slug ?? "demo",
        ...mount,
      }),
    actions: {
      register(action) {
        defineAction(engine.actions, action);
      },
    },
    async emit(name, data, { transaction, object, recordId, workspaceId } = {}) {
      const workspace = workspaceId ?? home?.id;
      if (!workspace)
        throw new RangeError("Say which workspace this event belongs to: emit(name, data, { workspaceId }).");
      const event = {
        workspaceId: workspace,
        kind: "event",
        name,
        object: object ?? null,
        recordId: recordId ?? null,
        data,
      };
      return emitEvent(engine, event, { actor: { type: "host", id: null, name: "The CRM" } }, transaction);
    },
    answer: (idempotencyKey, { port, output = {} }, { transaction } = {}) =>
      answerStep(engine, idempotencyKey, { port, output }, transaction),
    metrics: () => metricsOf(engine).metrics(),
    async start() {
      await jobs.start();
    },
    async stop() {
      stopping.abort();
      await jobs.drain(DRAIN_MS);
      await engine.inHand.drain(engine, DRAIN_MS);
      await jobs.stop();
      await engine.effects.close();
      if (!options.sequelize) await db.sequelize.close();
    },
  };
}

export type { ActionKind, Outcome, StepContext } from "./actions/index.js";
export type { Config } from "./config.js";
export type { Document } from "./graph/index.js";
export type { Engine } from "./runs/index.js";
