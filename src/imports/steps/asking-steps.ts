import { isObject } from "../../shared/json.js";
import type { Made } from "../made.js";
import { defined } from "../made.js";
import { durationOf } from "../names/durations.js";
import { inWords, snake } from "../names/keys.js";
import { type Source, sourceOf } from "../source.js";
import { Unmappable } from "../unmappable.js";
import { textOf, type Work } from "../work.js";
import { recipients } from "./people-steps.js";

/** A question to people, which the run waits for. */
export function approvalStep(work: Work, settings: Source, action = ""): Made {
  const said = textOf(work, settings, "message", "description", "instructions", "title", "subject");
  const message = [...(said === undefined ? [] : [said]), ...shownWith(work, settings)].join("\n\n") || undefined;
  if (/create_approval|approval_create/.test(snake(action)))
    work.report(
      settings.path,
      `"${action}" asks and goes on where it comes from; here the run waits for the answer, which leads on by "approved" or "rejected".`,
    );
  return {
    kind: "approval",
    config: defined({
      assignees: recipients(work, settings, { role: "admin" }),
      message,
      deadline: deadlineOf(settings),
    }),
  };
}

const about = ["metadata", "data", "payload", "content", "details", "context", "preview"];

/** What is to be approved, such as the mail: it is shown with the question, a line for each part. */
function shownWith(work: Work, settings: Source): string[] {
  return about.flatMap((name) => {
    const path = settings.at(name);
    const given = settings.take(name);
    if (given === undefined || given === null || given === "") return [];
    const parts = isObject(given) ? Object.entries(given) : [[name, given] as const];
    return parts.flatMap(([part, value]) => {
      const source = sourceOf({ [part]: value }, path);
      const text = textOf(work, source, part);
      return text === undefined ? [] : [`**${inWords(part)}**: ${text}`];
    });
  });
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
