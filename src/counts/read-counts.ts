import { marks, type Row, type Tx } from "../db/index.js";
import type { Day } from "../shared/local-day.js";
import { addedUp, type Cell, cellsOf, EVERYWHERE, type Measure, readCell, readChange } from "./count.js";
import type { CountRoom } from "./count-room.js";

/** Which cells: each list is of what is asked for. Versions: of any (unless told otherwise), or each by itself. */
export type AskedCounts = {
  scopes: string[];
  measures: Measure[];
  days: Day[];
  eachVersion?: boolean;
  what?: string[];
};

/** The columns of a change, beside those a cell has too. */
const ofChanges = ["automationId", "batchId", "fromStatus", "toStatus", "reasonCode", "stepKey", "took"];

/**
 * The cells of a workspace asked for that are not 0: counts and the changes not folded in yet, read in one statement so that
 * a fold in between changes nothing. What is read grows with what is asked for, not with the log.
 */
export async function countsOf(
  { db }: CountRoom,
  workspaceId: string,
  { scopes, measures, days, eachVersion = false, what }: AskedCounts,
  tx?: Tx,
): Promise<Cell[]> {
  if (scopes.length === 0 || days.length === 0) return [];
  const nothing = ofChanges.map((column) => `NULL AS ${column}`).join(", ");
  const rows = await db.all(
    `SELECT workspaceId, scope, measure, day, version, what, n, ${nothing} FROM millrace_counts
      WHERE workspaceId = ? AND scope IN (${marks(scopes)}) AND measure IN (${marks(measures)}) AND day IN (${marks(days)})
      AND version ${eachVersion ? ">" : "="} 0${what ? ` AND what IN (${marks(what)})` : ""}
     UNION ALL SELECT workspaceId, NULL, NULL, day, version, NULL, n, ${ofChanges.join(", ")} FROM millrace_count_changes WHERE workspaceId = ?`,
    [workspaceId, ...scopes, ...measures, ...days, ...(what ?? []), workspaceId],
    tx,
  );
  const asked = {
    scopes: new Set(scopes),
    measures: new Set(measures),
    days: new Set(days),
    what: new Set(what),
  };
  const isAsked = (cell: Cell) =>
    asked.scopes.has(cell.scope) &&
    asked.measures.has(cell.measure) &&
    asked.days.has(cell.day) &&
    cell.version > 0 === eachVersion &&
    (!what || asked.what.has(cell.what));
  const cells = rows.flatMap((row) => (isCell(row) ? [readCell(row)] : cellsOf(readChange(row)).filter(isAsked)));
  return addedUp(cells).filter(({ n }) => n !== 0);
}

/** How many runs of all workspaces are not over. */
export async function countUnfinished({ db }: CountRoom): Promise<number> {
  const row = await db.one(
    `SELECT COALESCE(SUM(n), 0) AS n FROM (
       SELECT n FROM millrace_counts WHERE workspaceId = '' AND scope = ?
       UNION ALL SELECT n FROM millrace_count_changes WHERE toStatus = 'unfinished'
       UNION ALL SELECT -n FROM millrace_count_changes WHERE fromStatus = 'unfinished') counted`,
    [EVERYWHERE],
  );
  return Number(row?.["n"] ?? 0);
}

function isCell(row: Row): boolean {
  return row["scope"] !== null;
}
