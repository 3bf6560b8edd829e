export { carryArrivals } from "./carry-arrivals.js";
export { checkGraph, type PortsOf } from "./check/check-graph.js";
export { checkSteps } from "./check/check-steps.js";
export { type ChangeWords, changesInWords } from "./compare/compare-documents.js";
export { declaredTypes } from "./declared-types.js";
export type { Document, DocumentProblem, Enrollment, ErrorPolicy, Form, Step, Trigger } from "./document.js";
export { type Moves, movesIn } from "./edit/edit-moves.js";
export {
  duplicateStep,
  insertStep,
  mainPort,
  moveStep,
  type Opening,
  reachedSteps,
  removeStep,
  renamePorts,
  wirePort,
} from "./edit/edit-steps.js";
export { type ChainKinds, chainProblem, demote, promote } from "./edit/promote.js";
export { type Arrivals, isConnected, type Next, nextSteps, outletsOf } from "./next-steps.js";
export { type Outline, type OutlineBranch, type OutlineLead, type OutlineStep, outlineOf } from "./outline.js";
export { iterationOf, loopOf, outerOf, type Plan, type Position, planOf } from "./plan.js";
export { type Readable, readableIn } from "./readable.js";
export { type Verdict, verdictOn } from "./retry.js";
export { checkTrigger, type TriggerObject } from "./triggers/check-trigger.js";
export { type TriggerKind, triggerKinds, triggerRegistry } from "./triggers/trigger-kinds.js";
export { eventKinds, triggerMatches, watchedFields } from "./triggers/trigger-matches.js";
export { triggerWords } from "./triggers/trigger-words.js";
export { ancestorsOf } from "./wiring.js";
