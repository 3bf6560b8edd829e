import type { StepLine } from "../../../runs/index.js";
import { type Tone, toneOf } from "../statuses.js";

/** One bar of the waterfall, in thousandths of the whole width. */
export type Bar = { label: string; status: string; tone: Tone; x: number; width: number; duration: number | null };

/** What of a try the picture needs. */
type Timed = Pick<StepLine, "key" | "name" | "status" | "startedAt" | "finishedAt">;

const WIDTH = 1_000;
const THINNEST = 4;

/**
 * The tries of a run, by the names of their steps, on one line of time, from the first start to the last end (or `now`, for what is under way). What
 * took no time still shows as a sliver.
 */
export function waterfall(steps: Timed[], names: Map<string, string>, now: number): Bar[] {
  if (steps.length === 0) return [];
  const spans = steps.map((step) => ({
    step,
    from: Date.parse(step.startedAt),
    to: step.finishedAt ? Date.parse(step.finishedAt) : now,
  }));
  const start = Math.min(...spans.map(({ from }) => from));
  const whole = Math.max(1, Math.max(...spans.map(({ to }) => to)) - start);
  return spans.map(({ step, from, to }) => {
    const width = Math.min(WIDTH, Math.max(THINNEST, Math.round(((to - from) / whole) * WIDTH)));
    return {
      label: step.name ?? names.get(step.key) ?? step.key,
      status: step.status,
      tone: toneOf(step.status),
      x: Math.min(WIDTH - width, Math.round(((from - start) / whole) * WIDTH)),
      width,
      duration: step.finishedAt ? to - from : null,
    };
  });
}
