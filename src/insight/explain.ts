import { activationsOf, getAutomation } from "../automations/index.js";
import { getRecord, workspaceById } from "../crm/index.js";
import { fromColumn, marks } from "../db/index.js";
import { addressOf, consider, versionAt } from "../enrollments/index.js";
import { changesOf, damageOf, type Event, setAsideReasons } from "../events/index.js";
import type { Explanation } from "../rules/index.js";
import type { Engine, Reason } from "../runs/index.js";
import { iso } from "../shared/clock.js";
import { notFound } from "../shared/errors.js";
import type { JsonObject } from "../shared/json.js";

/** What became of one event of a record for one automation, with the values of then. */
export type EventExplanation = {
  event: { id: string; kind: string; at: string; actor: Event["actor"]; changes: Event["changes"] };
  decision: "enrolled" | "refused";
  reason: Reason | null;
  runId: string | null;
  version: number | null;
  conditions: Explanation | null;
};

/**
 * Why an automation did or did not run at each recent event of a record, newest first. What was stored (runs, skips,
 * refusals that read related records) is read back; every other refusal is worked out again from the event's own values
 * and the version that listened then, which decides the same as it did.
 */
export async function explain(
  engine: Engine,
  workspaceId: string,
  automationId: string,
  recordId: string,
  page: { limit?: number | undefined; cursor?: string | undefined } = {},
): Promise<{ data: EventExplanation[]; nextCursor: string | null }> {
  const automation = await getAutomation(engine, workspaceId, automationId);
  const { object } = automation;
  if (object === null) return { data: [], nextCursor: null };
  const events = await changesOf(engine, workspaceId, object, recordId, {
    limit: Math.min(page.limit ?? 50, 200),
    cursor: page.cursor,
  });
  if (events.data.length === 0 && !(await getRecord(engine, workspaceId, object, recordId)))
    throw notFound(object, recordId);
  const addressed = events.data.filter((event) => [null, automationId].includes(addressOf(event)));
  const stored = await storedDecisions(engine, automationId, addressed);
  const setAside = await setAsideReasons(
    engine,
    addressed.map(({ id }) => id),
  );
  const activations = await activationsOf(engine, automationId);
  const data: EventExplanation[] = [];
  for (const event of addressed) {
    const { id, kind, at, actor, changes } = event;
    const known = stored.get(id);
    const live = activations.find(({ fromAt, untilAt }) => fromAt <= at && (untilAt === null || at < untilAt));
    const lost = setAside.get(id) ?? damageOf(event);
    const decided =
      lost && live
        ? { reason: { code: "event_failed", message: `This change could not be looked at. ${lost}` }, conditions: null }
        : await workOut(engine, automation, event, known?.version ?? live?.version ?? null);
    const reason = known ? known.reason : decided.reason;
    data.push({
      event: { id, kind, at: iso(at), actor, changes },
      decision: known?.runId && known.status !== "skipped" ? "enrolled" : "refused",
      reason,
      runId: known?.runId ?? null,
      version: known?.version ?? live?.version ?? null,
      conditions: known?.conditions ?? decided.conditions,
    });
  }
  return { data, nextCursor: events.nextCursor };
}

type Stored = {
  runId: string | null;
  status: string | null;
  version: number;
  reason: Reason | null;
  conditions: Explanation | null;
};

async function storedDecisions(engine: Engine, automationId: string, events: Event[]): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>();
  if (events.length === 0) return found;
  const ids = events.map((event) => Number(event.id));
  const refusals = await engine.db.all(
    `SELECT * FROM millrace_refusals WHERE automationId = ? AND eventId IN (${marks(ids)})`,
    [automationId, ...ids],
  );
  for (const row of refusals) {
    const details = fromColumn<JsonObject | null>(row["details"], null);
    found.set(String(row["eventId"]), {
      runId: null,
      status: null,
      version: Number(row["version"]),
      reason: { code: String(row["code"]), message: String(row["message"]), ...(details ? { details } : {}) },
      conditions: fromColumn<Explanation | null>(row["conditions"], null),
    });
  }
  const runs = await engine.db.all(
    `SELECT id, eventId, status, version, reason FROM millrace_runs WHERE automationId = ? AND eventId IN (${marks(ids)}) AND replay = 0`,
    [automationId, ...ids],
  );
  for (const row of runs) {
    const status = String(row["status"]);
    const reason = status === "skipped" ? fromColumn<Reason | null>(row["reason"], null) : null;
    found.set(String(row["eventId"]), {
      runId: String(row["id"]),
      status,
      version: Number(row["version"]),
      reason,
      conditions: null,
    });
  }
  return found;
}

async function workOut(
  engine: Engine,
  automation: { id: string; workspaceId: string; name: string },
  event: Event,
  version: number | null,
): Promise<{ reason: Reason | null; conditions: Explanation | null }> {
  const active = version === null ? null : await versionAt(engine, automation, version);
  if (!active)
    return {
      reason: { code: "inactive", message: `"${automation.name}" was not switched on at that time.` },
      conditions: null,
    };
  const workspace = await workspaceById(engine, event.workspaceId);
  if (!workspace) return { reason: null, conditions: null };
  // The kill switch of now says nothing about then: a refusal by it is stored with the skipped run.
  const { refused, conditions } = await consider(engine, event, active, { ...workspace, settings: {} }, undefined);
  return { reason: refused, conditions };
}
