import type { RunView } from "../../runs/index.js";
import { startedBy } from "./run-rows.js";
import { shownStatus } from "./statuses.js";

/** One line of the enrollment card: where the record is, since when, and when it goes on. */
export type EnrollmentLine = {
  path: string;
  automation: string;
  status: string;
  active: boolean;
  startedBy: string;
  since: string;
  resumes: string | null;
  reason: string | null;
};

const SHOWN = 8;

/** A record's runs as the lines of its enrollment card: what is under way first, then the newest ended ones. */
export function enrollmentLines(runs: RunView[]): EnrollmentLine[] {
  const lines = runs.map((run) => ({
    path: `/runs/${run.id}`,
    automation: run.automationName,
    status: shownStatus(run),
    active: ["queued", "running", "waiting"].includes(run.status),
    startedBy: startedBy(run.trigger),
    since: run.startedAt ?? run.queuedAt,
    resumes: run.status === "waiting" ? run.wakeAt : null,
    reason: run.status === "skipped" ? (run.reason?.message ?? null) : null,
  }));
  return lines.sort((a, b) => Number(b.active) - Number(a.active)).slice(0, SHOWN);
}
