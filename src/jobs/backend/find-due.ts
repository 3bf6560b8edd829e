import type { Database, Param, Row } from "../../db/index.js";

/** Candidates read at once: enough that workers who race for the same few jobs each find one. */
const CANDIDATES = 8;

/** Jobs of `name` that are due by `due`, or whose lock is as old as `deadline` (milliseconds). */
type Asked = { name: string; due: number; deadline: number };

/** The first few jobs that meet what is asked, the one due first in front. */
export type DueLook = (asked: Asked) => Promise<Row[]>;

/**
 * Looks for due jobs, everything that is asked for in the same turn of the event loop by one SELECT: Agenda looks for each
 * of its names in turn, every second, for as long as a worker lives.
 */
export function createDueLook(db: Database): DueLook {
  let waiting: Asked[] = [];
  let look: Promise<Row[]> | null = null;
  return async (asked) => {
    waiting.push(asked);
    look ??= Promise.resolve().then(() => {
      const together = waiting;
      waiting = [];
      look = null;
      return findDue(db, together);
    });
    const rows = await look;
    return rows.filter((row) => row["name"] === asked.name);
  };
}

/**
 * One look-up each for what is due and for what a dead worker left. The latter is sorted by an expression, lest SQLite
 * walk through every job in order of `nextRunAt` instead of the few that are locked.
 */
function findDue(db: Database, asked: Asked[]): Promise<Row[]> {
  const nullsLast = "ORDER BY nextRunAt IS NULL, nextRunAt, priority DESC, id";
  const names = new Map(asked.map((one) => [one.name, one]));
  const parts = [...names.keys()].flatMap((_, n) => [
    `SELECT * FROM (
       SELECT * FROM millrace_jobs WHERE name = ? AND disabled = ? AND lockedAt IS NULL AND nextRunAt <= ?
       ORDER BY nextRunAt, priority DESC, id LIMIT ${CANDIDATES}
     ) AS due${n}`,
    `SELECT * FROM (
       SELECT * FROM millrace_jobs WHERE name = ? AND disabled = ? AND lockedAt <= ? ${nullsLast} LIMIT ${CANDIDATES}
     ) AS abandoned${n}`,
  ]);
  const params: Param[] = [...names.values()].flatMap(({ name, due, deadline }) => [
    ...[name, false, due],
    ...[name, false, deadline],
  ]);
  return db.all(`SELECT * FROM (${parts.join("\nUNION ALL\n")}) AS found ${nullsLast}`, params);
}
