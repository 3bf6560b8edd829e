import type { Param } from "../../db/index.js";
import { firstIdAt } from "../../shared/ids.js";

/** Which runs a list shows. Instants are milliseconds; `status` may be several joined by commas; `replayed` is one. */
export type RunFilter = {
  automation?: string | undefined;
  object?: string | undefined;
  record?: string | undefined;
  status?: string | undefined;
  reason?: string | undefined;
  trigger?: string | undefined;
  batch?: string | undefined;
  /** The run that started them. */
  parent?: string | undefined;
  /** Looked for in the names of automations, the labels of records and what went wrong; see `find-runs.ts`. */
  text?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

/** Ends that count no more once the run was run again. */
const givenUp = ["failed", "skipped"];

/** SQL for the status a run counts under: `replayed` when it failed, or was refused, and has been run again. */
export const shownStatus =
  "CASE WHEN r.replayedBy IS NOT NULL AND r.status IN ('failed','skipped') THEN 'replayed' ELSE r.status END";

/** A part of a WHERE. */
export type Condition = { where: string; params: Param[] };

/** A filter as SQL about `millrace_runs r`. `found` is what its text was found in. */
export function conditionsOf(workspaceId: string, filter: RunFilter, found: Condition | null): Condition {
  const where = ["r.workspaceId = ?"];
  const params: Param[] = [workspaceId];
  const narrow = (sql: string, value: string | number | undefined) => {
    if (value === undefined || value === "") return;
    where.push(sql);
    params.push(value);
  };
  const statuses = (filter.status ?? "").split(",").filter(Boolean);
  if (statuses.length > 0) {
    // What was run again is no longer among those that failed or were refused, whatever its row says.
    const asStored = statuses.includes("replayed") ? [...statuses, ...givenUp] : statuses;
    where.push(`r.status IN (${asStored.map(() => "?").join(",")})`);
    params.push(...asStored);
    if (asStored.some((status) => givenUp.includes(status))) {
      where.push(`${shownStatus} IN (${statuses.map(() => "?").join(",")})`);
      params.push(...statuses);
    }
  }
  narrow("r.automationId = ?", filter.automation);
  narrow("r.object = ?", filter.object);
  narrow("r.recordId = ?", filter.record);
  narrow("r.reasonCode = ?", filter.reason);
  narrow("r.triggerKind = ?", filter.trigger);
  narrow("r.batchId = ?", filter.batch);
  narrow("r.parentRunId = ?", filter.parent);
  narrow("r.id >= ?", filter.from === undefined ? undefined : firstIdAt(filter.from));
  narrow("r.id < ?", filter.to === undefined ? undefined : firstIdAt(filter.to + 1));
  narrow("r.id < ?", filter.cursor);
  if (found) {
    where.push(found.where);
    params.push(...found.params);
  }
  return { where: where.join(" AND "), params };
}
