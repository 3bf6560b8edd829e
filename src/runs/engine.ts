import type { Logger } from "pino";
import type { ActionRoom } from "../actions/index.js";
import type { Tx } from "../db/index.js";
import type { Retention } from "../retention/index.js";
import type { Observer } from "./observer.js";
import type { Run } from "./run.js";

/** How a worker of this process behaves. Times in milliseconds. */
export type EngineSettings = {
  /** How long a claim holds without a sign of life. */
  leaseMs: number;
  /** How many runs one claim takes and one commit may hold. */
  batch: number;
  /** How many outside effects this process carries out at the same time. */
  concurrency: number;
  retention: Retention;
};

/** Everything the rooms under "what happens" work with: one plain object, made once in `src/index.ts`. */
export type Engine = ActionRoom & {
  log: Logger;
  settings: EngineSettings;
  /** Tells this process, or another, that something falls due at an instant; the next poll would find it too. */
  ringAt(job: "runs", instant: number): void;
  /** Whether any automation of a workspace listens for events of a kind, as of everything committed. */
  listens(workspaceId: string, kind: string, tx: Tx): Promise<boolean>;
  /** What this process is doing outside, right now. */
  inHand: EffectsInHand;
  /** Who watches what this process does. */
  observer: Observer;
  /** When this process began to work, in milliseconds. */
  bornAt: number;
  /** This process, in claims. */
  worker: string;
  /** Aborted when the process is told to stop: runs are put down after the step in hand. */
  stopping: AbortSignal;
  /** In [0, 1): spreads retries. */
  random(): number;
};

/**
 * Runs that stand before an effect which leaves this process, or in it. They are carried out beside everything else: a
 * server that takes its time holds up nobody but those who call it. Their claims are kept alive while they wait.
 */
export type EffectsInHand = {
  /** Whether another run may be taken on. */
  hasRoom(): boolean;
  /** Carries `work` out when its turn comes; `signal` says that the claim was lost. `suspect`: it may have killed a worker. */
  take(engine: Engine, run: Run, work: (signal: AbortSignal) => Promise<void>, suspect?: boolean): void;
  /** Whether a suspect is among them; the next one waits for its end, so that each crash has one to blame. */
  holdsSuspect(): boolean;
  /** Waits until nothing is in hand, and returns how many there were. */
  atRest(): Promise<number>;
  /** Waits like `atRest`, at most this long; what is still out then is given free for other workers. */
  drain(engine: Engine, timeoutMs: number): Promise<void>;
};
