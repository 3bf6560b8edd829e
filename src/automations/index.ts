export { activationsOf } from "./activation.js";
export {
  type ActiveVersion,
  activityAfter,
  type RunnableVersion,
  runnableVersion,
} from "./active-versions.js";
export {
  type Automation,
  type AutomationFilter,
  type AutomationRoom,
  getAutomation,
  getVersion,
  latestVersions,
  listAutomations,
  listVersions,
  ownerOf,
  type Version,
} from "./automation.js";
export { automationNames } from "./automation-names.js";
export { documentsNaming, markBroken } from "./broken.js";
export { automationNamed, type NamedAutomation } from "./check/automation-named.js";
export { checkInputs } from "./check/declared-inputs.js";
export { validateDocument } from "./check/validate-document.js";
export { type Difference, diffVersions } from "./diff-versions.js";
export { checkShape, documentSchema } from "./document-schema.js";
export {
  type Definition,
  definitionText,
  exportAutomation,
} from "./export-automation.js";
export { monthlyLimits } from "./monthly-limits.js";
export { normalDocument, writtenForm } from "./normal-document.js";
export { chainKindsIn, portsIn } from "./ports.js";
export { demoteAutomation, graphOf, promoteAutomation } from "./promote.js";
export { activate, deleteAutomation, pause, publish } from "./publish.js";
export { createAutomation, type Edit, type NewAutomation, restoreVersion, saveDraft } from "./save-draft.js";
export { documentSentence } from "./sentence.js";
