import type { JobRepository } from "agenda";
import { findRows, type JobTable, updateRows } from "./job-table.js";
import { holding, insertJob, keyOf, untilSaved } from "./write-job.js";

/** A repository that moves a job forward in one step, which Agenda itself has no word for. */
export type ForwardRepository = JobRepository & {
  /** Lets the one job of a name run at an instant, unless it is to run earlier already. Many may ask at once: the earliest wins. */
  bringForward(name: string, at: Date): Promise<void>;
};

/** Whether a backend's repository can do it. */
export function movesForward(repository: JobRepository): repository is ForwardRepository {
  return "bringForward" in repository && typeof repository.bringForward === "function";
}

/** `ForwardRepository.bringForward` on `millrace_jobs`: one UPDATE, and an INSERT the first time. */
export async function bringForward(table: JobTable, name: string, at: Date): Promise<void> {
  const uniqueKey = keyOf("single", name);
  const instant = at.getTime();
  await untilSaved(name, async () => {
    const later = {
      sql: "uniqueKey = ? AND (nextRunAt IS NULL OR nextRunAt > ?)",
      params: [uniqueKey, instant],
    };
    if ((await updateRows(table, { nextRunAt: instant }, later)) > 0) return true;
    if ((await findRows(table, holding(uniqueKey))).length > 0) return true;
    const job = { name, type: "single" as const, priority: 0, nextRunAt: at, data: {} };
    return insertJob(table, { job, options: undefined }, { uniqueKey });
  });
}
