export type { ActionKind, Outcome, StepContext, WaitFor, Write } from "./action.js";
export type { ActionRoom, ActionTable } from "./room.js";
