import type { ActionKind } from "./action.js";
import { addToList } from "./add-to-list.js";
import { aiClassify } from "./ai-classify.js";
import { aiExtract } from "./ai-extract.js";
import { aiScore } from "./ai-score.js";
import { aiSummarize } from "./ai-summarize.js";
import { askApproval } from "./ask-approval.js";
import { askModel } from "./ask-model.js";
import { askPerson } from "./ask-person.js";
import { assignOwner } from "./assign-owner.js";
import { calculate } from "./calculate.js";
import { cancelRuns } from "./cancel-runs.js";
import { condition } from "./condition.js";
import { createNote } from "./create-note.js";
import { createRecord } from "./create-record.js";
import { createTask } from "./create-task.js";
import { deleteRecord } from "./delete-record.js";
import { draftEmail } from "./draft-email.js";
import { draftReply } from "./draft-reply.js";
import { end } from "./end.js";
import { enroll } from "./enroll.js";
import { findRecords } from "./find-records.js";
import { forEach } from "./for-each.js";
import { getRecord } from "./get-record.js";
import { httpRequest } from "./http-request.js";
import { joinBranches } from "./join-branches.js";
import { linkDocument } from "./link-document.js";
import { linkRecord } from "./link-record.js";
import { loopItems } from "./loop-items.js";
import { notify } from "./notify.js";
import { reachGoal } from "./reach-goal.js";
import { removeFromList } from "./remove-from-list.js";
import { reply } from "./reply.js";
import type { ActionTable } from "./room.js";
import { runAutomation } from "./run-automation.js";
import { sendEmail } from "./send-email.js";
import { sendSlack } from "./send-slack.js";
import { sendSms } from "./send-sms.js";
import { setVariables } from "./set-variables.js";
import { splitTest } from "./split-test.js";
import { startBranches } from "./start-branches.js";
import { pauseAutomation, resumeAutomation } from "./switch-automation.js";
import { switchCases } from "./switch-cases.js";
import { unlinkRecord } from "./unlink-record.js";
import { unmapped } from "./unmapped.js";
import { updateRecord } from "./update-record.js";
import { upsertRecord } from "./upsert-record.js";
import { wait } from "./wait.js";
import { waitForEvent } from "./wait-for-event.js";

export type { ActionKind, Outcome, StepContext, WaitFor, Write } from "./action.js";
export { checkConfig, portsOf, templatesIn } from "./check-config.js";
export { type ChildrenPlan, type ChildStart, startsRuns } from "./child-starts.js";
export { defineAction } from "./define-action.js";
export { type Performed, performStep, type StepCall } from "./perform-step.js";
export type { ActionRoom, ActionTable } from "./room.js";
export { secretNames } from "./secret-names.js";
export { toolNameFaults } from "./tool-names.js";

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
