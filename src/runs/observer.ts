/**
 * Who watches what this process does, for metrics. Told after the commit, so that what is told has happened; what it does may
 * neither wait nor throw.
 */
export type Observer = {
  /** A run is over. `ms`: since it began; null when it never did. */
  runEnded(end: { status: string; reason: string | null; ms: number | null }): void;
  /** A try at a step is over. */
  stepEnded(step: { kind: string; status: string; ms: number }): void;
  /** A job of the worker was rung and has come back. */
  jobRan(job: string, failed: boolean): void;
};

/** Watches nothing. */
export const nobody: Observer = { runEnded() {}, stepEnded() {}, jobRan() {} };
