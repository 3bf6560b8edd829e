import type { ActionKind } from "./action.js";
import { aiClassify } from "./ai/ai-classify.js";
import { aiExtract } from "./ai/ai-extract.js";
import { aiScore } from "./ai/ai-score.js";
import { aiSummarize } from "./ai/ai-summarize.js";
import { askModel } from "./ai/ask-model.js";
import { calculate } from "./flow/calculate.js";
import { cancelRuns } from "./flow/cancel-runs.js";
import { condition } from "./flow/condition.js";
import { end } from "./flow/end.js";
import { enroll } from "./flow/enroll.js";
import { forEach } from "./flow/for-each.js";
import { joinBranches } from "./flow/join-branches.js";
import { loopItems } from "./flow/loop-items.js";
import { reachGoal } from "./flow/reach-goal.js";
import { runAutomation } from "./flow/run-automation.js";
import { setVariables } from "./flow/set-variables.js";
import { splitTest } from "./flow/split-test.js";
import { startBranches } from "./flow/start-branches.js";
import { pauseAutomation, resumeAutomation } from "./flow/switch-automation.js";
import { switchCases } from "./flow/switch-cases.js";
import { unmapped } from "./flow/unmapped.js";
import { wait } from "./flow/wait.js";
import { waitForEvent } from "./flow/wait-for-event.js";
import { draftEmail } from "./outside/draft-email.js";
import { draftReply } from "./outside/draft-reply.js";
import { httpRequest } from "./outside/http-request.js";
import { reply } from "./outside/reply.js";
import { sendEmail } from "./outside/send-email.js";
import { sendSlack } from "./outside/send-slack.js";
import { sendSms } from "./outside/send-sms.js";
import { askApproval } from "./people/ask-approval.js";
import { askPerson } from "./people/ask-person.js";
import { assignOwner } from "./people/assign-owner.js";
import { createTask } from "./people/create-task.js";
import { notify } from "./people/notify.js";
import { addToList } from "./records/add-to-list.js";
import { createNote } from "./records/create-note.js";
import { createRecord } from "./records/create-record.js";
import { deleteRecord } from "./records/delete-record.js";
import { findRecords } from "./records/find-records.js";
import { getRecord } from "./records/get-record.js";
import { linkDocument } from "./records/link-document.js";
import { linkRecord } from "./records/link-record.js";
import { removeFromList } from "./records/remove-from-list.js";
import { unlinkRecord } from "./records/unlink-record.js";
import { updateRecord } from "./records/update-record.js";
import { upsertRecord } from "./records/upsert-record.js";
import type { ActionTable } from "./room.js";

export type { ActionKind, Outcome, StepContext, WaitFor, Write } from "./action.js";
export { toolNameFaults } from "./ai/tool-names.js";
export { checkConfig, portsOf, templatesIn } from "./check-config.js";
export { defineAction } from "./define-action.js";
export { type ChildrenPlan, type ChildStart, startsRuns } from "./flow/child-starts.js";
export { type Performed, performStep, type StepCall } from "./perform-step.js";
export type { ActionRoom, ActionTable } from "./room.js";
export { hintedParts, secretNames } from "./secret-names.js";
export { isMoment } from "./written-moment.js";

const kinds: readonly ActionKind[] = [
  condition,
  switchCases,
  splitTest,
  startBranches,
  joinBranches,
  loopItems,
  forEach,
  runAutomation,
  enroll,
  pauseAutomation,
  resumeAutomation,
  cancelRuns,
  wait,
  waitForEvent,
  reachGoal,
  askApproval,
  askPerson,
  setVariables,
  calculate,
  end,
  createRecord,
  updateRecord,
  upsertRecord,
  deleteRecord,
  getRecord,
  findRecords,
  linkRecord,
  unlinkRecord,
  addToList,
  removeFromList,
  assignOwner,
  createTask,
  createNote,
  notify,
  draftReply,
  reply,
  linkDocument,
  sendEmail,
  draftEmail,
  sendSlack,
  sendSms,
  httpRequest,
  askModel,
  aiClassify,
  aiExtract,
  aiSummarize,
  aiScore,
  unmapped,
];

/** A table with every built-in step kind, to which a host adds its own. */
export function builtinActions(): ActionTable {
  return new Map(kinds.map((action) => [action.kind, action]));
}
export { typedInConfig } from "./secret-names.js";
