import { byIndex, type Database } from "../../db/index.js";
import { idCursor } from "../../shared/cursor.js";
import type { Engine } from "../engine.js";
import { findRuns } from "./find-runs.js";
import { both, type Condition, type Lookup, lookupOf, type RunFilter, rangeOf } from "./run-filter.js";
import { type RunView, runColumns, viewOf } from "./run-view.js";

/** What no index tells is looked for among so many runs a page. */
const LOOKED_THROUGH = 200;

/** A page of runs. With a `nextCursor` there may be more, also when the page is short, or empty. */
export type RunPage = { data: RunView[]; nextCursor: string | null };

/**
 * A page of runs, newest first, without their payloads. What it reads grows with the page, not with the log: a filter that
 * no index knows is looked for among the newest 200 runs, and `nextCursor` goes on behind those. 422 for a cursor that is
 * none of ours.
 */
export async function listRuns(engine: Engine, workspaceId: string, filter: RunFilter = {}): Promise<RunPage> {
  const { db } = engine;
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 50), 1), 200);
  const lookup = lookupOf(workspaceId, filter);
  const range = rangeOf({ ...filter, cursor: idCursor(filter.cursor) });
  const found = await findRuns(engine, workspaceId, filter.text);
  const last = lookup.rest && !found ? await lastLookedAt(db, lookup, range) : null;
  const within = both(both(range, found), last === null ? null : { where: "r.id >= ?", params: [last] });
  const ids = idsOf(db, lookup, within, limit + 1);
  const rows = await db.all(
    `SELECT ${runColumns} FROM (${ids.where}) page JOIN millrace_runs r ON r.id = page.id
      LEFT JOIN millrace_automations a ON a.id = r.automationId ORDER BY r.id DESC LIMIT ${limit + 1}`,
    ids.params,
  );
  const data = rows.slice(0, limit).map(viewOf);
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : last };
}

/** The last of the runs that are looked through; null when those are all. */
async function lastLookedAt(db: Database, lookup: Lookup, range: Condition | null): Promise<string | null> {
  const { where, params } = idsOf(db, { ...lookup, rest: null }, range, LOOKED_THROUGH);
  const row = await db.one(`SELECT MIN(id) AS id, COUNT(*) AS n FROM (${where}) newest`, params);
  return Number(row?.["n"]) >= LOOKED_THROUGH ? String(row?.["id"]) : null;
}

/** The newest ids of a lookup, as a statement: of each status by itself, where the index is in that order. */
function idsOf(
  db: Database,
  { index, base, statuses, rest }: Lookup,
  within: Condition | null,
  most: number,
): Condition {
  const legs = (statuses.length > 0 ? statuses : [null]).map((status) => {
    const ofStatus = status === null ? null : { where: "r.status = ?", params: [status] };
    const all = [ofStatus, within, rest].reduce<Condition | null>(both, base) ?? base;
    return {
      where: `SELECT id FROM (SELECT r.id FROM millrace_runs r ${byIndex(db, index)} WHERE ${all.where} ORDER BY r.id DESC LIMIT ${most}) leg`,
      params: all.params,
    };
  });
  const [only] = legs;
  if (only && legs.length === 1) return only;
  return {
    where: `SELECT id FROM (${legs.map(({ where }) => where).join(" UNION ALL ")}) legs ORDER BY id DESC LIMIT ${most}`,
    params: legs.flatMap(({ params }) => params),
  };
}
