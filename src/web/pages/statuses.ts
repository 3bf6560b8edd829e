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
  kept: "waiting",
  completedWithKept: "waiting",
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

/** A run's status as shown: it says when steps failed, mail was kept instead of sent, or the run was run again. */
export function shownStatus(run: {
  status: string;
  failedSteps: number;
  keptMails?: number;
  replayedBy?: string | null;
}): string {
  if (run.replayedBy && (run.status === "failed" || run.status === "skipped")) return "replayed";
  if (run.status !== "completed") return run.status;
  if (run.failedSteps > 0) return "completedWithErrors";
  return run.keptMails ? "completedWithKept" : run.status;
}
