import { countInvariants } from "../counts/index.js";
import type { Database } from "../db/index.js";

/** A statement that finds what must never be, and what it means when it does. */
type Invariant = { broken: string; sql: string };

const unfinished = "('queued','running','waiting')";

const invariants: Invariant[] = [
  {
    broken: "an unfinished run has no wakeAt and would never go on",
    sql: `SELECT id FROM millrace_runs WHERE status IN ${unfinished} AND wakeAt IS NULL`,
  },
  {
    broken: "a finished run would be woken again",
    sql: `SELECT id FROM millrace_runs WHERE status NOT IN ${unfinished} AND (wakeAt IS NOT NULL OR finishedAt IS NULL)`,
  },
  {
    broken: "a skipped run has no reason",
    sql: "SELECT id FROM millrace_runs WHERE status = 'skipped' AND reasonCode IS NULL",
  },
  {
    broken: "a step succeeded twice in one run",
    sql: "SELECT runId AS id FROM millrace_steps WHERE status = 'success' GROUP BY runId, `key`, iteration HAVING COUNT(*) > 1",
  },
  {
    broken: "a completed run has a step that is still under way",
    sql: "SELECT r.id FROM millrace_runs r JOIN millrace_steps s ON s.runId = r.id WHERE r.status = 'completed' AND s.status IN ('running','waiting')",
  },
  {
    broken: "a run waits for runs that are all over",
    sql: "SELECT w.runId AS id FROM millrace_waits w WHERE w.kind = 'children' AND w.answer IS NULL AND NOT EXISTS (SELECT 1 FROM millrace_children c WHERE c.token = w.token AND c.status IN ('planned','starting','running'))",
  },
  {
    broken: "runs are kept count of that nobody waits for",
    sql: "SELECT c.parentRunId AS id FROM millrace_children c LEFT JOIN millrace_waits w ON w.token = c.token WHERE w.token IS NULL",
  },
  {
    broken: "a run belongs to another workspace than its automation",
    sql: "SELECT r.id FROM millrace_runs r JOIN millrace_automations a ON a.id = r.automationId WHERE a.workspaceId <> r.workspaceId",
  },
  {
    broken: "a run belongs to another workspace than its event",
    sql: "SELECT r.id FROM millrace_runs r JOIN millrace_events e ON e.id = r.eventId WHERE e.workspaceId <> r.workspaceId",
  },
  {
    broken: "a run has no event",
    sql: "SELECT r.id FROM millrace_runs r LEFT JOIN millrace_events e ON e.id = r.eventId WHERE e.id IS NULL",
  },
  {
    broken: "a run has no version",
    sql: "SELECT r.id FROM millrace_runs r LEFT JOIN millrace_versions v ON v.automationId = r.automationId AND v.version = r.version WHERE v.version IS NULL",
  },
  {
    broken: "an automation listens without a published version",
    sql: "SELECT id FROM millrace_automations WHERE status = 'active' AND publishedVersion IS NULL",
  },
  {
    broken: "a published version was changed after publishing",
    sql: "SELECT automationId AS id FROM millrace_versions WHERE state <> 'draft' AND publishedAt IS NOT NULL AND savedAt > publishedAt",
  },
  {
    broken: "an event was set aside because relaying it kept failing",
    sql: "SELECT eventId AS id FROM millrace_set_aside",
  },
  ...countInvariants,
];

/** Looks for what must never be, after a fault or on demand. Returns a sentence for each kind found, with a few ids; [] when all is well. */
export async function checkInvariants(db: Database): Promise<string[]> {
  const found: string[] = [];
  for (const { broken, sql } of invariants) {
    const rows = await db.all(`${sql} LIMIT 5`);
    if (rows.length > 0) found.push(`${broken}: ${rows.map((row) => String(row["id"])).join(", ")}`);
  }
  return found;
}
