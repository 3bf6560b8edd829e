import { runnableVersion } from "../automations/index.js";
import { type Workspace, workspaceById } from "../crm/index.js";
import { type Tx, toColumn } from "../db/index.js";
import type { Event } from "../events/index.js";
import { relay } from "../events/index.js";
import { advanceRuns, type Engine, type Run, type RunInHand, type Start, startRuns } from "../runs/index.js";
import { faultPoint } from "../shared/fault-points.js";
import { addressOf } from "./address-of.js";
import { admit } from "./admit.js";
import { type Candidate, currentIndex } from "./automation-index.js";
import { childrenAmong, orphaned, parentOf, tellOfLostStart, tellParents, triggersFor } from "./children.js";
import { consider, readsRelated, startsNothing, type Verdict } from "./consider.js";
import type { Entry } from "./entry.js";
import { exitRuns } from "./exit-runs.js";
import { mapInputs } from "./map-inputs.js";
import { wakeWaits } from "./wake-waits.js";
import { holdBack } from "./write-batch.js";

/** How many events one transaction hands over. */
const EVENTS_AT_ONCE = 100;

/** Relays waiting events, oldest first, and advances the runs they start. Returns how many events there were. */
export async function relayEvents(engine: Engine): Promise<number> {
  for (let total = 0; ; ) {
    if (engine.stopping.aborted) return total;
    const started: RunInHand[] = [];
    const relaying = relay(
      engine,
      EVENTS_AT_ONCE,
      async (batch, tx) => {
        const runs = await enrollMatching(engine, batch, tx);
        tx.afterCommit(() => void started.push(...runs));
      },
      (event, error, tx) => tellSetAside(engine, event, error, tx),
    );
    // Runs that started before an event failed are this process's: nobody else would advance them soon.
    const events = await relaying.finally(async () => {
      if (started.length > 0) faultPoint("relayed");
      await advanceRuns(engine, started);
    });
    total += events;
    if (events < EVENTS_AT_ONCE) return total;
  }
}

/** An event that is given up starts nothing for anybody: the log names it, and a run that asked for it is told. */
async function tellSetAside(engine: Engine, event: Event, error: string, tx: Tx): Promise<void> {
  const { id: eventId, workspaceId, kind, object, recordId } = event;
  tx.afterCommit(() =>
    engine.log.error({ eventId, workspaceId, kind, object, recordId, error }, "an event is set aside"),
  );
  await tellOfLostStart(engine, event, tx);
}

/** One event met one automation: what was decided so far. */
type Meeting = { event: Event; verdict: Verdict; entry: Entry };

/**
 * What a batch of events means: finds the automations that might want each, decides about every one in the order of the
 * specification, and stores runs (claimed by this worker) and refusals in the transaction that marks the events relayed.
 */
async function enrollMatching(engine: Engine, events: Event[], tx: Tx): Promise<RunInHand[]> {
  const index = await currentIndex(engine, tx);
  const meetings: Meeting[] = [];
  const children = await childrenAmong(engine, events, tx);
  await holdBack(engine, events, tx);
  await wakeWaits(engine, events, tx);
  for (const event of events) {
    const workspace = await workspaceById(engine, event.workspaceId);
    if (!workspace) continue;
    await exitRuns(engine, index, event, workspace, tx);
    if (startsNothing(event)) continue;
    const met = new Set<string>();
    for (const candidate of candidatesOf(index, event)) {
      const { active } = candidate;
      if (met.has(active.automationId)) continue;
      met.add(active.automationId);
      const meeting = await meet(engine, event, candidate, workspace, tx);
      meeting.entry.refused ??= orphaned(children, event);
      meetings.push(meeting);
    }
  }
  const serious = meetings.filter(({ verdict }) => verdict.trigger !== null);
  for (const meeting of serious) if (!meeting.entry.refused) await mapInputs(engine, meeting, tx);
  await admit(
    engine,
    serious.map(({ entry }) => entry),
    tx,
  );
  await storeRefusals(engine, serious, tx);
  const starts = serious.filter(
    ({ entry }) => entry.refused?.code !== "conditions" && entry.refused?.code !== "duplicate",
  );
  const runs = await storeRuns(engine, starts, tx);
  const runOf = new Map(runs.map((run) => [run.eventId, run]));
  const decisionOn = (event: Event) => {
    const entry = meetings.find((meeting) => meeting.event === event)?.entry;
    return entry && { run: runOf.get(event.id), refused: entry.refused };
  };
  await tellParents(engine, children, events, decisionOn, tx);
  const eventOf = new Map(events.map((event) => [event.id, event]));
  return runs.filter((run) => run.status === "running").map((run) => inHand(run, eventOf.get(run.eventId)));
}

/** A start addressed to one automation of its workspace reaches only that one. */
function candidatesOf(index: Awaited<ReturnType<typeof currentIndex>>, event: Event): Candidate[] {
  const automationId = addressOf(event);
  if (automationId === null) return index.candidates(event);
  const { triggerKey } = event.data;
  const active = index.find(automationId);
  if (active?.workspaceId !== event.workspaceId) return [];
  const triggers = triggersFor(event, active.document);
  const trigger = triggers.find(({ key, kind }) => (parentOf(event) ? kind === "automation" : key === triggerKey));
  return trigger ? [{ active, trigger }] : [];
}

async function meet(
  engine: Engine,
  event: Event,
  { active }: Candidate,
  workspace: Workspace,
  tx: Tx,
): Promise<Meeting> {
  const verdict = await consider(engine, event, active, workspace, tx);
  const record =
    active.document.object && event.object === active.document.object && event.recordId
      ? { object: event.object, id: event.recordId }
      : null;
  return {
    event,
    verdict,
    entry: { active, workspace, eventId: event.id, record, refused: verdict.refused, startAt: null },
  };
}

/** Conditions that failed on values the event does not hold are kept; all others can be worked out again (see `consider`). */
async function storeRefusals(engine: Engine, meetings: Meeting[], tx: Tx): Promise<void> {
  const rows = meetings
    .filter(({ entry }) => entry.refused?.code === "conditions" && readsRelated(entry.active))
    .map(({ event, verdict, entry }) => ({
      automationId: entry.active.automationId,
      eventId: Number(event.id),
      workspaceId: event.workspaceId,
      object: event.object,
      recordId: event.recordId,
      version: entry.active.version,
      code: entry.refused?.code ?? "",
      message: entry.refused?.message ?? "",
      details: toColumn(entry.refused?.details),
      conditions: toColumn(verdict.conditions),
      at: engine.clock.now(),
    }));
  if (rows.length > 0) await engine.db.insert("millrace_refusals", rows, tx, true);
}

/** A bulk write may have asked that the runs it starts be one batch; what those runs change in turn is not part of it. */
function batchOf({ source, actor }: Event): string | null {
  return source?.startsWith("batch:") && actor.type !== "run" ? source.slice("batch:".length) : null;
}

async function storeRuns(engine: Engine, meetings: Meeting[], tx: Tx): Promise<Run[]> {
  const starts: Start[] = [];
  for (const { event, verdict, entry } of meetings) {
    const version = await runnableVersion(engine, entry.active.automationId, entry.active.version, tx);
    if (!version) continue;
    starts.push({
      version,
      workspaceId: event.workspaceId,
      event,
      triggerKey: verdict.trigger?.key ?? null,
      record: entry.record,
      inputs: verdict.facts.inputs ?? {},
      refused: entry.refused ?? undefined,
      startAt: entry.startAt ?? undefined,
      queueNumber: entry.queueNumber,
      batchId: batchOf(event),
      parentRunId: parentOf(event)?.runId,
    });
  }
  return starts.length > 0 ? startRuns(engine, starts, tx) : [];
}

function inHand(run: Run, event: Event | undefined): RunInHand {
  return event ? { run, event } : { run };
}
