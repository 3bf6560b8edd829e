export { advanceDueRuns } from "./advance-due-runs.js";
export { advanceRuns, takeSteps } from "./advance-run.js";
export { cancelRun, endRun } from "./afterwards/cancel-run.js";
export { replayRun, startSkipped } from "./afterwards/replay-run.js";
export { type Undone, undoRun } from "./afterwards/undo-run.js";
export { type ChildReport, lockWaits, reportChildren } from "./children/children.js";
export type { ChildrenWait } from "./children/children-wait.js";
export { parentStep } from "./children/parent-step.js";
export { claimRuns, longestDue } from "./claim-runs.js";
export { effectsInHand } from "./effects-in-hand.js";
export type { Engine, EngineSettings } from "./engine.js";
export { triggerFacts } from "./facts/facts.js";
export { runsInFlight, type StepInFlight } from "./moves/in-flight.js";
export { LEAVE, type StepMap } from "./moves/map-state.js";
export { continueMoves, lookAtMove, previewMove } from "./moves/move-runs.js";
export { checkStepMap, listMoves, type MoveView, movesOfRun, storeMove } from "./moves/moves.js";
export { nobody, type Observer } from "./observer.js";
export { countBatches, countChildren, countReasons, countRuns, type RunCounts } from "./reading/count-runs.js";
export { listRuns, type RunPage } from "./reading/list-runs.js";
export { getRun, getRunAlone, newestStamp, runStamp } from "./reading/read-runs.js";
export { type RunDay, runDays } from "./reading/run-days.js";
export type { RunFilter } from "./reading/run-filter.js";
export { runReport } from "./reading/run-report.js";
export { type RunStats, statsOf } from "./reading/run-stats.js";
export type { RunView, StepView } from "./reading/run-view.js";
export {
  type StepDetails,
  type StepLine,
  stepCounts,
  stepDetails,
  stepLines,
  stepPayload,
} from "./reading/step-log.js";
export { type VersionStats, versionStats } from "./reading/version-stats.js";
export { type Reason, type Run, type RunStatus, readRun, unfinished } from "./run.js";
export { type Start, startRuns } from "./start-run.js";
export type { StepRow } from "./step-row.js";
export { answerRun, answerStep } from "./waits/answer-step.js";
export { type WaitingFor, waitingFor } from "./waits/waiting-for.js";
export { answerWait } from "./waits/waits.js";
export type { RunInHand, Walk } from "./walk.js";
