import { textOr } from "./text.js";

/** The five colours a status may have; each always comes with its word. */
export type Tone = "ok" | "error" | "waiting" | "running" | "idle";

const tones: Record<string, Tone> = {
  completed: "ok",
  success: "ok",
  active: "ok",
  sent: "ok",
  enrolled: "ok",
  failed: "error",
  refused: "idle",
  completedWithErrors: "waiting",
  waiting: "waiting",
  retrying: "waiting",
  unknown: "waiting",
  running: "running",
  queued: "running",
};

/** The colour of a run's, step's, automation's or mail's status. */
export function toneOf(status: string): Tone {
  return tones[status] ?? "idle";
}

/** The word of a status. */
export function statusWord(status: string): string {
  return textOr(`status.${status}`, status);
}

/** A run's status as shown: one that ended with failed steps says so, and one that failed and was run again. */
export function shownStatus(run: { status: string; failedSteps: number; replayedBy?: string | null }): string {
  if (run.replayedBy && (run.status === "failed" || run.status === "skipped")) return "replayed";
  return run.status === "completed" && run.failedSteps > 0 ? "completedWithErrors" : run.status;
}
