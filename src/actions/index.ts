import type { ActionKind } from "./action.js";
import { addToList } from "./add-to-list.js";
import { askApproval } from "./ask-approval.js";
import { askModel } from "./ask-model.js";
import { askPerson } from "./ask-person.js";
import { assignOwner } from "./assign-owner.js";
import { calculate } from "./calculate.js";
import { condition } from "./condition.js";
import { createNote } from "./create-note.js";
import { createRecord } from "./create-record.js";
import { createTask } from "./create-task.js";
import { deleteRecord } from "./delete-record.js";
import { end } from "./end.js";
import { findRecords } from "./find-records.js";
import { getRecord } from "./get-record.js";
import { httpRequest } from "./http-request.js";
import { joinBranches } from "./join-branches.js";
import { linkRecord } from "./link-record.js";
import { loopItems } from "./loop-items.js";
import { notify } from "./notify.js";
import { reachGoal } from "./reach-goal.js";
import { removeFromList } from "./remove-from-list.js";
import type { ActionTable } from "./room.js";
import { sendEmail } from "./send-email.js";
import { sendSlack } from "./send-slack.js";
import { setVariables } from "./set-variables.js";
import { splitTest } from "./split-test.js";
import { startBranches } from "./start-branches.js";
import { switchCases } from "./switch-cases.js";
import { unlinkRecord } from "./unlink-record.js";
import { unmapped } from "./unmapped.js";
import { updateRecord } from "./update-record.js";
import { upsertRecord } from "./upsert-record.js";
import { wait } from "./wait.js";
import { waitForEvent } from "./wait-for-event.js";

export type { ActionKind, Outcome, StepContext, WaitFor, Write } from "./action.js";
export { checkConfig, portsOf, templatesIn } from "./check-config.js";
export { defineAction } from "./define-action.js";
export { type Performed, performStep, type StepCall } from "./perform-step.js";
export type { ActionRoom, ActionTable } from "./room.js";

const kinds: readonly ActionKind[] = [
  condition,
  switchCases,
  splitTest,
  startBranches,
  joinBranches,
  loopItems,
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
  sendEmail,
  sendSlack,
  httpRequest,
  askModel,
  unmapped,
];

/** A table with every built-in step kind, to which a host adds its own. */
export function builtinActions(): ActionTable {
  return new Map(kinds.map((action) => [action.kind, action]));
}
