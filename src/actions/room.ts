import type { Host } from "../crm/index.js";
import type { Effects } from "../effects/index.js";
import type { ActionKind } from "./action.js";

/** The step kinds by name: the built-in ones and those a host registered. */
export type ActionTable = Map<string, ActionKind>;

/** What carrying out a step works with. */
export type ActionRoom = Host & { effects: Effects; actions: ActionTable };
