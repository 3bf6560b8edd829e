import type { Tx } from "../db/index.js";
import type { Event } from "../events/index.js";
import type { Document, Trigger } from "../graph/index.js";
import {
  type ChildReport,
  type ChildrenWait,
  type Engine,
  lockWaits,
  type Reason,
  type Run,
  reportChildren,
} from "../runs/index.js";
import { isObject } from "../shared/json.js";

/** The run that asked for a start, and which of its children this is to be. */
type Parent = { runId: string; token: string; item: number };

/** Starts asked for by runs, and the waits of those runs, which hold still until the relay has decided. */
export type Children = { waits: Map<string, ChildrenWait> };

/** Every automation can be started by another, written out or not. */
const automationTrigger: Trigger = { key: "automation", kind: "automation" };

/** The run that asked for this start, or null when no run did. */
export function parentOf({ kind, data: { parent } }: Event): Parent | null {
  if (kind !== "automation" || !isObject(parent)) return null;
  const { runId, token, item } = parent;
  return typeof runId === "string" && typeof token === "string" && typeof item === "number"
    ? { runId, token, item }
    : null;
}

/** Holds the waits of all runs that asked for one of these starts. */
export async function childrenAmong(engine: Engine, events: Event[], tx: Tx): Promise<Children> {
  const tokens = events.flatMap((event) => parentOf(event)?.token ?? []);
  return { waits: await lockWaits(engine, [...new Set(tokens)], tx) };
}

/** A start whose run was cancelled or gave up waiting before it got here is not made any more. */
export function orphaned({ waits }: Children, event: Event): Reason | null {
  const parent = parentOf(event);
  if (!parent || waits.has(parent.token)) return null;
  const message = "The run that asked for this start was over, or had given up waiting, before it was made.";
  return { code: "parent_cancelled", message, details: { parentRunId: parent.runId } };
}

/** The triggers an event may meet: for a start by another run one that every automation has, if it is not written out. */
export function triggersFor(event: Event, { triggers }: Document): Trigger[] {
  const isWritten = triggers.some(({ kind, on }) => kind === "automation" && on === undefined);
  return isWritten || !parentOf(event) ? triggers : [...triggers, automationTrigger];
}

/** What was decided about the start an event asked for: the run made, if any, and why not, if it was refused. */
export type Decision = { run: Run | undefined; refused: Reason | null };

/** Tells the runs that asked what has become of their starts; one nobody decided about met no automation that listens. */
export async function tellParents(
  engine: Engine,
  { waits }: Children,
  events: Event[],
  decisionOn: (event: Event) => Decision | undefined,
  tx: Tx,
): Promise<void> {
  const reports = events.flatMap((event): ChildReport[] => {
    const parent = parentOf(event);
    if (!parent) return [];
    const { token, item } = parent;
    const { run, refused } = decisionOn(event) ?? { run: undefined, refused: inactive };
    const runId = run?.id ?? null;
    if (run && run.status !== "skipped") return [{ token, item, status: "running", runId }];
    return [{ token, item, status: "skipped", runId, reason: refused ?? run?.reason ?? inactive }];
  });
  if (reports.length > 0) await reportChildren(engine, waits, reports, tx);
}

/** A start that could not be decided about at all, and was set aside, is over for the run that asked for it. */
export async function tellOfLostStart(engine: Engine, event: Event, tx: Tx): Promise<void> {
  const message = "What it takes to start could not be worked out. The event is set aside with its error.";
  const decision = { run: undefined, refused: { code: "event_failed", message } };
  await tellParents(engine, await childrenAmong(engine, [event], tx), [event], () => decision, tx);
}

const inactive: Reason = {
  code: "inactive",
  message: "It is paused or has no published version. Publish it and switch it on, then try again.",
};
