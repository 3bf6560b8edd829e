import type { Row } from "../db/index.js";
import { type Day, monthOfDay } from "../shared/local-day.js";

/** What counts tell apart: how a run ended, that it was run again after it failed or was refused, or that it has not ended. */
export type Counted = "completed" | "failed" | "cancelled" | "skipped" | "replayed" | "unfinished";

/**
 * What is counted. `status`: runs by `Counted`. `reason`: those that are over and have one, by `status/code`. `started`: runs
 * that were begun or queued, replays too, never taken back. `took`: how long they took, by class. `step`: failures, by step.
 */
export type Measure = "status" | "reason" | "started" | "took" | "step";

/**
 * One number of `millrace_counts`. `scope` is a workspace, an automation or a batch, or `*` for all together; `day` 0 is the
 * log as it is now, a day what happened to the runs queued on it, a month's day zero the month. `version` 0: of any.
 */
export type Cell = {
  workspaceId: string;
  scope: string;
  measure: Measure;
  day: Day;
  version: number;
  what: string;
  n: number;
};

/**
 * A row of `millrace_count_changes`: `n` runs came from one status to another. Without `from` they are new, without `to`
 * forgotten. `day` 0: what happened on the days stays as it was.
 */
export type Change = {
  workspaceId: string;
  automationId: string;
  version: number;
  batchId: string | null;
  day: Day;
  from: Counted | null;
  to: Counted | null;
  reason: string | null;
  step: string | null;
  took: number | null;
  n: number;
};

/** What is known of a run that is counted. */
export type CountedRun = Pick<Change, "workspaceId" | "automationId" | "version" | "batchId" | "day">;

/** The scope of all workspaces together. */
export const EVERYWHERE = "*";

const ends = ["completed", "failed", "cancelled", "skipped"] as const;

/** The status a run is counted under: those that are not over are all the same. */
export function countedAs(status: string, replayedBy: string | null = null): Counted {
  if (replayedBy !== null && (status === "failed" || status === "skipped")) return "replayed";
  return ends.find((end) => end === status) ?? "unfinished";
}

/** `countedAs` in SQL. */
export const countedAsSql = `CASE WHEN replayedBy IS NOT NULL AND status IN ('failed','skipped') THEN 'replayed' WHEN status IN ('${ends.join("','")}') THEN status ELSE 'unfinished' END`;

/** The cells a change adds to. */
export function cellsOf(change: Change): Cell[] {
  const { workspaceId, automationId, version, batchId, day, from, to, reason, step, took, n } = change;
  const cells: Cell[] = [];
  const add = (scope: string, measure: Measure, at: Day, what: string, by: number, of = 0) =>
    cells.push({ workspaceId, scope, measure, day: at, version: of, what, n: by });
  const both = [workspaceId, automationId];
  const then = day === 0 ? [0] : [0, day];
  for (const [status, by] of [
    [from, -n],
    [to, n],
  ] as const) {
    if (status === null) continue;
    for (const scope of both) for (const at of then) add(scope, "status", at, status, by);
    add(automationId, "status", 0, status, by, version);
    if (batchId) add(batchId, "status", 0, status, by);
    if (status === "unfinished")
      cells.push({ workspaceId: "", scope: EVERYWHERE, measure: "status", day: 0, version: 0, what: status, n: by });
    else if (reason)
      for (const scope of both) for (const at of then) add(scope, "reason", at, `${status}/${reason}`, by);
  }
  if (day === 0) return cells;
  if (from === null && to !== "skipped")
    for (const scope of both) for (const at of [day, monthOfDay(day)]) add(scope, "started", at, "", n);
  if (took !== null) for (const scope of both) add(scope, "took", day, String(took), n);
  if (step !== null) add(automationId, "step", day, step, n);
  return cells;
}

/** Adds up cells of the same place. */
export function addedUp(cells: Iterable<Cell>): Cell[] {
  const sums = new Map<string, Cell>();
  for (const cell of cells) {
    const key = placeOf(cell);
    const sum = sums.get(key);
    if (sum) sum.n += cell.n;
    else sums.set(key, { ...cell });
  }
  return [...sums.values()];
}

/** Names the place of a cell. */
export function placeOf({ workspaceId, scope, measure, day, version, what }: Cell): string {
  return [workspaceId, scope, measure, day, version, what].join(" ");
}

/** A cell as its row. */
export function cellRow({ workspaceId, scope, measure, day, version, what, n }: Cell): Row {
  return { workspaceId, scope, measure, day, version, what, n };
}

/** A row of `millrace_counts` as a cell. */
export function readCell(row: Row): Cell {
  return {
    workspaceId: String(row["workspaceId"]),
    scope: String(row["scope"]),
    measure: row["measure"] as Measure,
    day: Number(row["day"]),
    version: Number(row["version"]),
    what: String(row["what"]),
    n: Number(row["n"]),
  };
}

/** A change as its row. */
export function changeRow({ from, to, reason, step, ...rest }: Change): Row {
  return { ...rest, fromStatus: from, toStatus: to, reasonCode: reason, stepKey: step };
}

/** A row of `millrace_count_changes` as a change. */
export function readChange(row: Row): Change {
  const text = (name: string) => (row[name] === null || row[name] === undefined ? null : String(row[name]));
  return {
    workspaceId: String(row["workspaceId"]),
    automationId: String(row["automationId"]),
    version: Number(row["version"]),
    batchId: text("batchId"),
    day: Number(row["day"]),
    from: text("fromStatus") as Counted | null,
    to: text("toStatus") as Counted | null,
    reason: text("reasonCode"),
    step: text("stepKey"),
    took: text("took") === null ? null : Number(row["took"]),
    n: Number(row["n"]),
  };
}
