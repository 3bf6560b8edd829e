import { marks, type Param, type Row, sqlDialect, type Tx } from "../db/index.js";
import { type Engine, unfinished } from "../runs/index.js";
import type { Entry } from "./entry.js";

/** The end of a record's queue in an automation: the number and id of the last run that is not over. */
type Queue = { last: number; lastRun: string | null; isEmpty: boolean };

/** Places one statement asks about; each takes an arm for every status, and SQLite joins no more than 500. */
const PLACES_AT_ONCE = 100;

/** Gives every run that queues its number, and lets those wait that have somebody before them. */
export async function lineUp(engine: Engine, entries: Entry[], tx: Tx): Promise<void> {
  const queueing = entries.filter(
    (entry) => !entry.refused && entry.active.document.enrollment?.concurrency === "queue",
  );
  const queues = await queuesOf(engine, queueing, tx);
  for (const entry of queueing) {
    const queue: Queue = queues.get(placeOf(entry)) ?? { last: 0, lastRun: null, isEmpty: true };
    entry.queueNumber = queue.last + 1;
    if (!queue.isEmpty) {
      // Looked at again by itself after a minute, should the end of the earlier run not wake it.
      entry.startAt = {
        at: engine.clock.now() + 60_000,
        reason: {
          code: "concurrency",
          message: "Waits for the earlier run on this record to end.",
          details: { earlierRun: queue.lastRun },
        },
      };
    }
    queues.set(placeOf(entry), { last: entry.queueNumber, lastRun: null, isEmpty: false });
  }
}

const placeOf = ({ active, record }: Entry) => `${active.automationId}/${record?.id ?? ""}`;

/**
 * The queues these entries come to, by automation and record. The last run of each stays locked until `tx` ends: it
 * cannot end without seeing who has come behind it, so that its end wakes them.
 */
async function queuesOf(engine: Engine, entries: Entry[], tx: Tx): Promise<Map<string, Queue>> {
  const found = new Map<string, Queue>();
  let places = new Map(entries.map((entry) => [placeOf(entry), entry]));
  // A run that has ended before it was locked leaves the place to the one before it, if there is one.
  while (places.size > 0) {
    const ends = await lastOf(engine, [...places.values()], tx);
    const open = await locked(
      engine,
      [...ends.values()].flatMap(({ lastRun }) => lastRun ?? []),
      tx,
    );
    const again: [string, Entry][] = [];
    for (const [place, entry] of places) {
      const end = ends.get(place);
      if (end && !open.has(String(end.lastRun))) again.push([place, entry]);
      else if (end) found.set(place, end);
    }
    places = new Map(again);
  }
  return found;
}

async function lastOf(engine: Engine, entries: Entry[], tx: Tx): Promise<Map<string, Queue>> {
  const ends = new Map<string, Queue>();
  for (let start = 0; start < entries.length; start += PLACES_AT_ONCE) {
    const arms: string[] = [];
    const params: Param[] = [];
    for (const { active, record } of entries.slice(start, start + PLACES_AT_ONCE)) {
      for (const status of unfinished) {
        arms.push(
          `SELECT * FROM (SELECT id, automationId, recordId, queueNumber FROM millrace_runs WHERE automationId = ? AND recordId ${record ? "= ?" : "IS NULL"} AND status = '${status}' ORDER BY queueNumber DESC LIMIT 1) AS q`,
        );
        params.push(active.automationId, ...(record ? [record.id] : []));
      }
    }
    for (const row of await engine.db.all(arms.join(" UNION ALL "), params, tx)) note(ends, row);
  }
  return ends;
}

function note(ends: Map<string, Queue>, row: Row): void {
  const place = `${row["automationId"]}/${row["recordId"] ?? ""}`;
  const last = Number(row["queueNumber"] ?? 0);
  const known = ends.get(place);
  if (!known || known.last <= last) ends.set(place, { last, lastRun: String(row["id"]), isEmpty: false });
}

/** Which of these runs are not over, kept as they are. */
async function locked(engine: Engine, ids: string[], tx: Tx): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await engine.db.all(
    `SELECT id, status FROM millrace_runs WHERE id IN (${marks(ids)}) ORDER BY id${sqlDialect(engine.db).forUpdate}`,
    [...ids].sort(),
    tx,
  );
  return new Set(rows.filter(({ status }) => unfinished.some((one) => one === status)).map(({ id }) => String(id)));
}
