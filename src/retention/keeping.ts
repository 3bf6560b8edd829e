import { durationMs, isDuration } from "../shared/duration.js";
import type { FieldError } from "../shared/errors.js";
import { didYouMean } from "../shared/nearest.js";

/** What may be told how long to be kept: runs by the status they ended in, and what else grows with time. */
export const keepable = [
  "completed",
  "failed",
  "cancelled",
  "skipped",
  "events",
  "mails",
  "audit",
  "threads",
  "notifications",
] as const;

export type Keepable = (typeof keepable)[number];

/** How long each is kept, in milliseconds; what is left out is kept for ever. */
export type Retention = Partial<Record<Keepable, number>>;

/** A workspace's own wishes: a duration (`90d`, `P1Y`) or `forever`. What is left out follows the installation. */
export type RetentionSetting = Partial<Record<Keepable, string>>;

/** What a workspace writes to keep something although the installation forgets it. */
const FOREVER = "forever";

/** What a bare duration stands for: every run that is over. */
const runs: readonly Keepable[] = ["completed", "failed", "cancelled", "skipped"];

const DAY_MS = 86_400_000;

/** Runs and events answer "this month already?", so they outlive the longest month; the rest is nobody's memory. */
const leastDays = (one: Keepable) => (runs.includes(one) || one === "events" ? 32 : 1);

/**
 * Reads `90d` (every finished run) or `completed=90d, failed=P1Y, events=P2Y, mails=30d`. What makes no sense is added
 * to `errors` under `path`.
 */
export function retentionFrom(text: string | undefined, errors: FieldError[], path: string): Retention {
  const retention: Retention = {};
  for (const part of (text ?? "").split(/[,;]/).map((one) => one.trim())) {
    if (part === "") continue;
    const [first = "", length = first] = part.split("=").map((one) => one.trim());
    const chosen = first === length ? runs : keepable.filter((one) => one === first);
    if (chosen.length === 0) errors.push({ path, message: unknown(first) });
    const faults = new Set(chosen.map((one) => faultOf(one, length)).filter((fault) => fault !== null));
    for (const message of faults) errors.push({ path, message });
    if (faults.size === 0) for (const one of chosen) retention[one] = durationMs(length);
  }
  return retention;
}

/** What is wrong with a workspace's wishes; paths begin with `path`. */
export function retentionFaults(setting: unknown, path: string): FieldError[] {
  if (setting === undefined) return [];
  if (typeof setting !== "object" || setting === null || Array.isArray(setting))
    return [{ path, message: 'Write it as { "completed": "90d" }.' }];
  return Object.entries(setting).flatMap(([name, length]: [string, unknown]) => {
    const one = keepable.find((known) => known === name);
    const message = one ? (length === FOREVER ? null : faultOf(one, length)) : unknown(name);
    return message === null ? [] : [{ path: `${path}.${name}`, message }];
  });
}

/** How long a workspace keeps things: its own wishes before those of the installation. */
export function retentionOf(installation: Retention, setting: RetentionSetting = {}): Retention {
  const kept: Retention = { ...installation };
  for (const one of keepable) {
    const length = setting[one];
    if (length === FOREVER) delete kept[one];
    else if (length !== undefined && faultOf(one, length) === null) kept[one] = durationMs(length);
  }
  return kept;
}

/** For how many days a workspace keeps each; null is for ever. */
export function daysKept(installation: Retention, setting?: RetentionSetting): Record<Keepable, number | null> {
  const kept = retentionOf(installation, setting);
  const days = keepable.map((one) => [one, kept[one] === undefined ? null : Math.floor(kept[one] / DAY_MS)]);
  return Object.fromEntries(days) as Record<Keepable, number | null>;
}

const unknown = (name: string) => `"${name}" cannot be forgotten.${didYouMean(name, keepable)}`;

function faultOf(one: Keepable, length: unknown): string | null {
  const least = leastDays(one);
  const ms = typeof length === "string" && isDuration(length) ? durationMs(length) : 0;
  if (ms >= least * DAY_MS) return null;
  return `"${String(length)}" is not a duration of at least ${least} day${least === 1 ? "" : "s"}. Write it as 90d or P1Y.`;
}
