import type { WaitFor } from "../actions/index.js";
import type { JsonObject } from "../shared/json.js";
import type { Reason, RunStatus } from "./run.js";
import type { StepRow } from "./step-row.js";

/** What a try came to: how its row of the log goes on, what it hands on, and where the run goes from there. */
export type Settled = {
  row: Pick<StepRow, "status"> & Partial<Pick<StepRow, "output" | "error" | "port" | "conditions" | "finishedAt">>;
  /** Variables for the steps after it. */
  variables?: JsonObject;
  /** How many failures it counts for. */
  failures: number;
  onward: Onward;
};

/**
 * Where a run goes from a place. `ports`: on by them. `rest`, `loop`: it waits there, or takes the items of a loop.
 * `again`: it is tried once more at an instant. `question`: a person is asked whether it happened. `caught`: the loop
 * around it decides, or, when there is none, the run has failed. `end`: the run is over.
 */
export type Onward =
  | { to: "ports"; ports: readonly string[] }
  | { to: "rest"; wait: Exclude<WaitFor, { kind: "items" }> }
  | { to: "loop"; items: Extract<WaitFor, { kind: "items" }> }
  | { to: "again"; at: number }
  | { to: "question" }
  | { to: "caught"; error: { code: string; message: string } }
  | { to: "end"; status: RunStatus; reason: Reason | null; outputs: JsonObject | null };

/** About a try: its call was stored as running before it went out; nothing of the run stands at its place any more. */
export type Circumstance = { announced: boolean; isGone: boolean };
