import type { RunnableVersion } from "../automations/index.js";
import type { RecordRow } from "../crm/index.js";
import type { Event } from "../events/index.js";
import type { JsonObject } from "../shared/json.js";
import type { KeptSteps } from "./kept-steps.js";
import type { Reason, Run, RunState, RunStatus } from "./run.js";
import type { StepRow } from "./step-row.js";

/** What later steps may read of an earlier one. */
type StepFacts = { output: unknown; error: unknown; port: string | null };

/**
 * A claimed run in hand: everything between a claim and its next commit. Nothing here is stored until `saveWalks`; a
 * rolled-back walk is thrown away and opened anew from the claim.
 */
export type Walk = {
  readonly run: Run;
  readonly version: RunnableVersion;
  readonly event: Event;
  readonly timezone: string;
  readonly workspace: JsonObject;
  state: RunState;
  steps: Record<string, StepFacts>;
  /** Rows to insert, and rows stored before whose end is now known. */
  newRows: StepRow[];
  endedRows: StepRow[];
  newWaits: NewWait[];
  /** Waits that are over; their rows go. */
  endedWaits: { key: string; iteration: string }[];
  /** The items of loops under way, by row of the step log. */
  items: Map<number, unknown[]>;
  /** What an earlier run has done that this one goes on from. */
  kept: KeptSteps;
  failedSteps: number;
  keptMails: number;
  /** Set once: the run is over, or rests until `wakeAt`. */
  finished: { status: RunStatus; reason: Reason | null; outputs?: JsonObject | null } | null;
  wakeAt: number | null;
  /** The instant of the commit in hand, milliseconds. */
  now(): number;
  /** Not begun: it waits its turn behind an earlier run on the record. */
  behind: boolean;
  /** Records already read in this transaction, as the steps left them. */
  records: Map<string, RecordRow>;
};

/** A row of `millrace_waits` to be written: what would answer, and until when. */
export type NewWait = {
  key: string;
  iteration: string;
  kind: string;
  token: string;
  object: string | null;
  recordId: string | null;
  eventKind: string | null;
  details: JsonObject;
  wakeAt: number;
  /** A question to whoever answers for the automation when it is stored. */
  toOwner?: true;
  /** Of the runs it waits for, by number, those an earlier run has ended well. */
  carried?: { item: number; runId: string }[];
};

/** What a run in hand may bring along: the event when this process has just relayed it. */
export type RunInHand = { run: Run; event?: Event };

/** A run that gets on is not one that kills its workers: crashes are counted anew for the step it has come to. */
export function gotOn(run: Run): Run {
  return { ...run, claims: Math.min(run.claims, 2) };
}

/**
 * The same run with nothing left to store, under a claim that has just proved alive; records are read anew. It shares
 * nothing that a step may change with the walk it was made of, so that a transaction done again begins as it began.
 */
export function afterCommit(walk: Walk): Walk {
  return {
    ...walk,
    run: gotOn(walk.run),
    state: structuredClone(walk.state),
    steps: { ...walk.steps },
    items: new Map(walk.items),
    kept: new Map(walk.kept),
    ...nothingToStore(),
    records: new Map(),
  };
}

/** Of a walk: nothing waits to be stored. */
export function nothingToStore(): Pick<Walk, "newRows" | "endedRows" | "newWaits" | "endedWaits"> {
  return { newRows: [], endedRows: [], newWaits: [], endedWaits: [] };
}
