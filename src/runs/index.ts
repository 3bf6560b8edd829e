export { advanceDueRuns } from "./advance-due-runs.js";
export { advanceRuns, takeSteps } from "./advance-run.js";
export { cancelRun, endRun } from "./cancel-run.js";
export { claimRuns } from "./claim-runs.js";
export { effectsInHand } from "./effects-in-hand.js";
export type { Engine, EngineSettings } from "./engine.js";
export { triggerFacts } from "./facts.js";
export { runsInFlight, type StepInFlight } from "./in-flight.js";
export {
  countRuns,
  getRun,
  listRuns,
  type RunFilter,
  type RunStats,
  type RunView,
  type StepView,
  statsOf,
} from "./read-runs.js";
export { replayRun, startSkipped } from "./replay-run.js";
export { type Reason, type Run, type RunStatus, readRun, unfinished } from "./run.js";
export { type Start, startRuns } from "./start-run.js";
export type { StepRow } from "./step-row.js";
export { type Undone, undoRun } from "./undo-run.js";
export { type VersionStats, versionStats } from "./version-stats.js";
export { answerWait } from "./waits.js";
export type { RunInHand, Walk } from "./walk.js";
