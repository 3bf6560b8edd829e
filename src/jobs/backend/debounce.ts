import type { DebounceOptions, JobParameters } from "agenda";

/**
 * When a debounced job runs after being saved at `now`, as columns to set. Trailing: a full `delay` after the last save,
 * but no later than `maxWait` after the first; a save past that runs it at once and begins anew. Leading: when it was
 * first saved for, so `nextRunAt` is left out. `existing` is the job that is already stored, or null.
 */
export function debounced(
  { delay, maxWait, strategy }: DebounceOptions,
  now: number,
  existing: Pick<JobParameters, "debounceStartedAt"> | null,
): { nextRunAt?: number; debounceStartedAt: number | null } {
  const startedAt = existing?.debounceStartedAt?.getTime() ?? now;
  if (strategy === "leading") return { debounceStartedAt: startedAt };
  if (!maxWait) return { nextRunAt: now + delay, debounceStartedAt: startedAt };
  if (existing && now - startedAt >= maxWait) return { nextRunAt: now, debounceStartedAt: null };
  return { nextRunAt: Math.min(now + delay, startedAt + maxWait), debounceStartedAt: startedAt };
}
