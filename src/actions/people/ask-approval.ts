import { addDuration } from "../../shared/duration.js";
import type { ActionKind } from "../action.js";
import { configOf, waitOutputOf } from "../schema-parts.js";
import {
  type Asked,
  askedInWords,
  askedNow,
  askedPart,
  deadlinePart,
  escalatePart,
  notifyPart,
  remindPart,
} from "./asked-people.js";
import type { Group } from "./people.js";

type ApprovalConfig = {
  assignees: Asked;
  mode?: "any" | "all" | "percent";
  percent?: number;
  message?: string;
  deadline?: string;
  remindEvery?: string;
  escalateTo?: Group;
  notify?: ("app" | "email")[];
};

/** Asks people to approve. The wait it leaves behind is the question; `people/` shows it, reminds, and takes decisions. */
export const askApproval: ActionKind = {
  kind: "approval",
  title: "Approval",
  group: "People",
  description: "Waits until people approve or reject, or until the deadline.",
  config: configOf(
    {
      assignees: { ...askedPart, title: "Who decides" },
      mode: {
        title: "How many must approve",
        description: "The first decision counts; everybody must approve; or a share of them.",
        enum: ["any", "all", "percent"],
        default: "any",
      },
      percent: {
        title: "Percent",
        description: "The share that must approve, in mode percent.",
        type: "number",
        minimum: 1,
        maximum: 100,
      },
      message: { title: "Message", type: "string", maxLength: 10_000, "x-hint": "markdown" },
      deadline: deadlinePart,
      remindEvery: remindPart,
      escalateTo: escalatePart,
      notify: notifyPart,
    },
    ["assignees"],
  ),
  output: waitOutputOf({
    who: { type: "string", title: "Who decided" },
    whoId: { type: "string", title: "Who decided, by id", "x-hint": "user" },
    when: { type: "string", format: "date-time", title: "When" },
    comment: { type: ["string", "null"], title: "Comment" },
    decisions: { type: "array", title: "All decisions", items: { type: "object" } },
  }),
  ports: ["approved", "rejected", "timeout"],
  graphOnly: true,
  effect: "none",
  check: ({ mode, percent }) =>
    mode === "percent" && percent === undefined
      ? [{ path: "percent", message: "Say which share of them must approve." }]
      : [],
  sentence: ({ assignees }) => `ask ${askedInWords(assignees)} to approve`,
  async perform(config, step) {
    const {
      assignees,
      mode = "any",
      percent,
      message,
      deadline = "7d",
      remindEvery,
      escalateTo,
      notify,
    } = config as ApprovalConfig;
    const asked = await askedNow(assignees, escalateTo, step);
    if ("type" in asked) return asked;
    const details = {
      ...asked,
      mode,
      percent: percent ?? null,
      title: step.run.automationName,
      message: message ?? "",
      remindEvery: remindEvery ?? null,
      ...(notify ? { notify } : {}),
    };
    const deadlineAt = addDuration(step.now, deadline, step.timezone);
    return { type: "wait", for: { kind: "answer", from: "approval", deadlineAt, timeoutPort: "timeout", details } };
  },
};
