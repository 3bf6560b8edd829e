import { countForgotten } from "../counts/index.js";
import type { Param, Row, Tx } from "../db/index.js";
import { dayOf } from "../shared/local-day.js";
import type { Keepable } from "./keeping.js";
import { noteEntries } from "./note-entries.js";
import type { RetentionRoom } from "./room.js";

/** Rows that go with the row they belong to. `many`: there may be thousands; the column that orders them beside `column`. */
export type Part = { table: string; column: string; many?: string };

/** Rows of a workspace that are forgotten in the order of their ids, a portion at a time. */
export type Sweep = {
  /** Unique; how far it has come is stored under it. */
  name: string;
  table: string;
  /** An index on `workspaceId`, `status` if there is one here, and `id`. */
  index: string;
  status?: string;
  /** The column that orders rows by time: a ULID, or a number that counts up. */
  id: "id" | "n";
  ids: "ulid" | "serial";
  /** The column with the instant from which the row's life counts; null there: it has not begun. */
  since: string;
  /** Where to read how long, or how long in milliseconds. */
  keep: Keepable | number;
  /** SQL about a row `t`: what still needs it. */
  needed?: string;
  parts?: readonly Part[];
  /** Further columns that `before` reads. */
  reads?: readonly string[];
  /** What is to be remembered of rows before they go. */
  before?: (room: RetentionRoom, rows: Row[], tx: Tx) => Promise<void>;
};

/** Rows of the whole installation that go by themselves: nothing needs them once their time is over. */
export type Expiry = { table: string; along: string; where: string; params(now: number): Param[] };

const DAY_MS = 86_400_000;
const YEAR_MS = 400 * DAY_MS;

/** What a run is explained by goes with it. */
const partsOfRun: readonly Part[] = [
  { table: "millrace_steps", column: "runId", many: "n" },
  { table: "millrace_decisions", column: "runId" },
  { table: "millrace_run_moves", column: "runId" },
  { table: "millrace_waits", column: "runId" },
  { table: "millrace_watches", column: "runId" },
  { table: "millrace_children", column: "parentRunId" },
];

const runsThatEnded = (status: "completed" | "failed" | "cancelled" | "skipped"): Sweep => ({
  name: `runs.${status}`,
  table: "millrace_runs",
  index: "millrace_runs_log",
  status,
  id: "id",
  ids: "ulid",
  since: "finishedAt",
  keep: status,
  // A run is explained by the runs it started: they stay as long as it does.
  needed: "EXISTS (SELECT 1 FROM millrace_runs p WHERE p.id = t.parentRunId)",
  parts: partsOfRun,
  reads: [
    "workspaceId",
    "automationId",
    "version",
    "batchId",
    "day",
    "object",
    "recordId",
    "status",
    "reasonCode",
    "replayedBy",
    "replay",
    "queuedAt",
  ],
  async before(room, rows, tx) {
    await noteEntries(room, rows, tx);
    await countForgotten(room, rows.map(countedRun), tx);
  },
});

function countedRun(row: Row) {
  const text = (name: string) => (row[name] === null ? null : String(row[name]));
  return {
    workspaceId: String(row["workspaceId"]),
    automationId: String(row["automationId"]),
    version: Number(row["version"]),
    batchId: text("batchId"),
    day: Number(row["day"]),
    status: String(row["status"]),
    reasonCode: text("reasonCode"),
    replayedBy: text("replayedBy"),
  };
}

/** What is forgotten of each workspace, in this order: what needs goes before what is needed. */
export const sweeps: readonly Sweep[] = [
  runsThatEnded("completed"),
  runsThatEnded("failed"),
  runsThatEnded("cancelled"),
  runsThatEnded("skipped"),
  {
    name: "events",
    table: "millrace_events",
    index: "millrace_events_workspace",
    id: "id",
    ids: "serial",
    since: "relayedAt",
    keep: "events",
    needed: "EXISTS (SELECT 1 FROM millrace_runs r WHERE r.eventId = t.id)",
    parts: [
      { table: "millrace_refusals", column: "eventId", many: "automationId" },
      { table: "millrace_set_aside", column: "eventId" },
    ],
  },
  {
    name: "mails",
    table: "millrace_mails",
    index: "millrace_mails_workspace",
    id: "id",
    ids: "ulid",
    since: "at",
    keep: "mails",
    // The row is what keeps a repeated step from sending again.
    needed:
      "EXISTS (SELECT 1 FROM millrace_runs r WHERE r.id = t.runId AND r.status IN ('queued','running','waiting'))",
  },
  {
    name: "audit",
    table: "millrace_audit",
    index: "millrace_audit_workspace",
    id: "id",
    ids: "serial",
    since: "at",
    keep: "audit",
  },
  {
    name: "threads",
    table: "millrace_threads",
    index: "millrace_threads_workspace",
    id: "n",
    ids: "serial",
    since: "at",
    keep: "threads",
  },
  {
    name: "notifications",
    table: "millrace_notifications",
    index: "millrace_notifications_workspace",
    id: "id",
    ids: "ulid",
    since: "at",
    keep: "notifications",
  },
  {
    name: "batches",
    table: "millrace_batches",
    index: "millrace_batches_workspace",
    id: "id",
    ids: "ulid",
    since: "createdAt",
    keep: "completed",
    needed: "EXISTS (SELECT 1 FROM millrace_runs r WHERE r.batchId = t.id)",
  },
  {
    name: "moves",
    table: "millrace_moves",
    index: "millrace_moves_workspace",
    id: "id",
    ids: "ulid",
    since: "doneAt",
    keep: YEAR_MS,
    needed: "EXISTS (SELECT 1 FROM millrace_run_moves m WHERE m.moveId = t.id)",
  },
  {
    name: "automations",
    table: "millrace_automations",
    index: "millrace_automations_deleted",
    id: "id",
    ids: "ulid",
    since: "deletedAt",
    keep: 32 * DAY_MS,
    // History outlives the automation: its runs are shown by its name, and explained by its versions.
    needed: "EXISTS (SELECT 1 FROM millrace_runs r WHERE r.automationId = t.id)",
    parts: [
      { table: "millrace_versions", column: "automationId", many: "version" },
      { table: "millrace_activations", column: "automationId" },
      { table: "millrace_schedules", column: "automationId" },
      { table: "millrace_tests", column: "automationId" },
      { table: "millrace_entries", column: "automationId", many: "recordId" },
    ],
  },
];

/** What is forgotten of the installation as a whole. */
export const expiries: readonly Expiry[] = [
  { table: "millrace_sessions", along: "expires", where: "expires < ?", params: (now) => [new Date(now)] },
  { table: "millrace_requests", along: "createdAt", where: "createdAt < ?", params: (now) => [now - DAY_MS] },
  { table: "millrace_ticks", along: "at", where: "at < ? AND status <> 'open'", params: (now) => [now - YEAR_MS] },
  { table: "millrace_job_logs", along: "timestamp", where: "timestamp < ?", params: (now) => [now - 32 * DAY_MS] },
  {
    table: "millrace_jobs",
    along: "updatedAt",
    where: "nextRunAt IS NULL AND lockedAt IS NULL AND updatedAt < ?",
    params: (now) => [now - 32 * DAY_MS],
  },
  {
    table: "millrace_counts",
    along: "day",
    where: "day > 0 AND day < ?",
    params: (now) => [dayOf(now - 3 * YEAR_MS, "UTC")],
  },
  { table: "millrace_counts", along: "n", where: "day = 0 AND n = 0", params: () => [] },
  {
    table: "millrace_counters",
    along: "period",
    where: "period < ?",
    params: (now) => [new Date(now - YEAR_MS).toISOString().slice(0, 7)],
  },
];
