import type { Made } from "../made.js";
import { defined } from "../made.js";
import { durationOf } from "../names/durations.js";
import type { Source } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { textOf, type Work } from "../work.js";
import { recipients } from "./people-steps.js";

/** A question to people, which the run waits for. */
export function approvalStep(work: Work, settings: Source): Made {
  const message = textOf(work, settings, "message", "description", "instructions", "title", "subject");
  return {
    kind: "approval",
    config: defined({
      assignees: recipients(work, settings, { role: "admin" }),
      message,
      deadline: deadlineOf(settings),
    }),
  };
}

/** Work for a person, which the run waits for. */
export function humanStep(work: Work, settings: Source): Made {
  const { users, owner } = recipients(work, settings);
  if (typeof users !== "string" && owner !== true) throw new Unmappable("The work is for one person here.");
  return {
    kind: "human_task",
    config: defined({
      assignee: owner === true ? { owner } : users,
      title: textOf(work, settings, "title", "name", "subject") ?? "Task",
      instructions: textOf(work, settings, "instructions", "description", "message", "body"),
      deadline: deadlineOf(settings),
    }),
  };
}

function deadlineOf(settings: Source): string | undefined {
  return (
    durationOf(settings.take("timeout_hours", "expires_in_hours", "deadline_hours"), "h") ??
    durationOf(settings.take("timeout_days", "expires_in_days", "deadline_days", "due_in_days"), "d") ??
    durationOf(settings.take("timeout_minutes"), "m") ??
    durationOf(settings.take("deadline", "expires_in", "due_in", "timeout"), "s")
  );
}
