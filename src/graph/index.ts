export { checkSteps } from "./check-steps.js";
export { checkTrigger, type TriggerObject } from "./check-trigger.js";
export type { Document, DocumentProblem, Enrollment, ErrorPolicy, Form, Step, Trigger } from "./document.js";
export { isConnected, type Next, nextSteps, type Plan, planOf, type Position } from "./next-steps.js";
export { type Verdict, verdictOn } from "./retry.js";
export { type TriggerKind, triggerKinds, triggerRegistry } from "./trigger-kinds.js";
export { eventKinds, triggerMatches, watchedFields } from "./trigger-matches.js";
export { triggerWords } from "./trigger-words.js";
