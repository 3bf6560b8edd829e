import type { JobLogEntry, JobLogger, JobLogQuery } from "agenda";
import { type Database, fromColumn, marks, type Param, type Row, toColumn } from "../../db/index.js";
import type { Where } from "./job-table.js";

/** Agenda's log of what became of each job, in `millrace_job_logs`. Agenda writes it only when asked to (`logging`). */
export function sqlJobLogger(db: Database): JobLogger {
  return {
    async log(entry) {
      await db.insert("millrace_job_logs", [toRow(entry)]);
    },
    async getLogs(query = {}) {
      const { sql, params } = whereOf(query);
      const direction = query.sort === "asc" ? "ASC" : "DESC";
      const page = `LIMIT ${whole(query.limit ?? 50)} OFFSET ${whole(query.offset ?? 0)}`;
      const [rows, counted] = await Promise.all([
        db.all(
          `SELECT * FROM millrace_job_logs ${sql} ORDER BY timestamp ${direction}, id ${direction} ${page}`,
          params,
        ),
        db.one(`SELECT COUNT(*) AS total FROM millrace_job_logs ${sql}`, params),
      ]);
      return { entries: rows.map(toEntry), total: Number(counted?.["total"] ?? 0) };
    },
    async clearLogs(query = {}) {
      const { sql, params } = whereOf(query);
      return (await db.run(`DELETE FROM millrace_job_logs ${sql}`, params)).changes;
    },
  };
}

function whereOf(query: JobLogQuery): Where {
  const parts: Where[] = [];
  const add = (sql: string, params: Param[]) => parts.push({ sql, params });
  const oneOf = (column: string, wanted: string | string[]) => {
    const values = [wanted].flat();
    add(values.length > 0 ? `${column} IN (${marks(values)})` : "1 = 0", values);
  };
  if (query.jobId) add("jobId = ?", [query.jobId]);
  if (query.jobName) add("jobName = ?", [query.jobName]);
  if (query.level) oneOf("level", query.level);
  if (query.event) oneOf("event", query.event);
  if (query.from) add("timestamp >= ?", [query.from.getTime()]);
  if (query.to) add("timestamp <= ?", [query.to.getTime()]);
  const sql = parts.length > 0 ? `WHERE ${parts.map((part) => part.sql).join(" AND ")}` : "";
  return { sql, params: parts.flatMap((part) => part.params) };
}

function toRow(entry: Omit<JobLogEntry, "_id">): Row {
  return {
    timestamp: entry.timestamp.getTime(),
    level: entry.level,
    event: entry.event,
    jobId: entry.jobId ?? null,
    jobName: entry.jobName,
    message: entry.message,
    duration: entry.duration ?? null,
    error: entry.error ?? null,
    failCount: entry.failCount ?? null,
    retryDelay: entry.retryDelay ?? null,
    retryAttempt: entry.retryAttempt ?? null,
    agendaName: entry.agendaName ?? null,
    meta: toColumn(entry.meta),
  };
}

const numbers = ["duration", "failCount", "retryDelay", "retryAttempt"];

/** What an entry does not say is left out. */
function toEntry(row: Row): JobLogEntry {
  const said = Object.entries(row).filter(([, value]) => value !== null);
  const plain = said.map(([key, value]) => [key, numbers.includes(key) ? Number(value) : value]);
  const { id, timestamp, meta, ...rest } = Object.fromEntries(plain) as Row;
  return {
    _id: String(id),
    timestamp: new Date(Number(timestamp)),
    ...rest,
    ...(meta === undefined ? {} : { meta: fromColumn<Record<string, unknown>>(meta, {}) }),
  } as JobLogEntry;
}

function whole(count: number): number {
  return Math.max(0, Math.trunc(count));
}
