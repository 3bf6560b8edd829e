import { type Tone, toneOf } from "../statuses.js";
import { t } from "../text.js";

/** A run's steps in one small picture: a part for each status there is, and the same in words. */
export type StepsBar = { label: string; parts: { tone: Tone; x: number; width: number }[] };

const WIDTH = 64;
const GAP = 2;
const THINNEST = 5;
/** What needs attention stands first. Tries that were made again are no steps of their own. */
const order = ["failed", "unknown", "waiting", "running", "success", "skipped"];

/** Draws counts of steps by status; null when none was taken. Pure. */
export function stepsBar(counts: Record<string, number>): StepsBar | null {
  const present = order.flatMap((status) => (counts[status] ? [{ status, n: counts[status] }] : []));
  if (present.length === 0) return null;
  const whole = present.reduce((sum, { n }) => sum + n, 0);
  const room = WIDTH - GAP * (present.length - 1) - THINNEST * present.length;
  let x = 0;
  const parts = present.map(({ status, n }) => {
    const part = { tone: toneOf(status), x: Math.round(x), width: THINNEST + Math.floor((room * n) / whole) };
    x += part.width + GAP;
    return part;
  });
  return { label: present.map(({ status, n }) => t(`runs.steps.${status}`, { n })).join(", "), parts };
}
