import { addDuration } from "../../shared/duration.js";
import { messageOf } from "../../shared/errors.js";
import { isObject, type JsonObject } from "../../shared/json.js";
import type { ActionKind } from "../action.js";
import { compileSchema } from "../config-schema.js";
import { configOf, waitOutputOf } from "../schema-parts.js";
import { quoted } from "../words.js";
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

type TaskConfig = {
  assignee: string | Asked;
  title: string;
  instructions?: string;
  form?: JsonObject;
  deadline?: string;
  remindEvery?: string;
  escalateTo?: Group;
  notify?: ("app" | "email")[];
};

/** Gives a person something to do and waits until it is done. What they fill in becomes the output. */
export const askPerson: ActionKind = {
  kind: "human_task",
  title: "Human task",
  group: "People",
  description:
    "Waits until a person has done something and, where there is a form, filled it in; or until the deadline.",
  config: configOf(
    {
      assignee: {
        ...askedPart,
        title: "Who",
        description: "A user by id or e-mail address, a role, or the record's owner.",
        type: ["string", "object"],
        minLength: 1,
        "x-hint": "user",
      },
      title: { title: "Title", type: "string", minLength: 1, maxLength: 200, "x-hint": "template" },
      instructions: { title: "Instructions", type: "string", maxLength: 10_000, "x-hint": "markdown" },
      form: { title: "Form", description: "A JSON Schema of what to fill in.", type: "object" },
      deadline: deadlinePart,
      remindEvery: remindPart,
      escalateTo: escalatePart,
      notify: notifyPart,
    },
    ["assignee", "title"],
  ),
  output: waitOutputOf({
    who: { type: "string", title: "Who did it" },
    whoId: { type: "string", title: "Who did it, by id", "x-hint": "user" },
    when: { type: "string", format: "date-time", title: "When" },
    comment: { type: ["string", "null"], title: "Comment" },
    values: { type: "object", title: "What was filled in" },
  }),
  ports: ["done", "timeout"],
  graphOnly: true,
  effect: "none",
  raw: ["form"],
  check({ form }) {
    if (!isObject(form)) return [];
    if (form["type"] !== "object") return [{ path: "form.type", message: 'A form is a schema of the type "object".' }];
    try {
      compileSchema(form);
      return [];
    } catch (error) {
      return [{ path: "form", message: `This is not a JSON Schema: ${messageOf(error)}` }];
    }
  },
  sentence: ({ assignee, title }) => `give ${askedInWords(assignee)} the task ${quoted(title)}`,
  async perform(config, step) {
    const {
      assignee,
      title,
      instructions = "",
      form,
      deadline = "7d",
      remindEvery,
      escalateTo,
      notify,
    } = config as TaskConfig;
    const asked = await askedNow(typeof assignee === "string" ? { users: assignee } : assignee, escalateTo, step);
    if ("type" in asked) return asked;
    const details = {
      ...asked,
      mode: "any",
      percent: null,
      title,
      message: instructions,
      form: form ?? null,
      remindEvery: remindEvery ?? null,
      ...(notify ? { notify } : {}),
    };
    const deadlineAt = addDuration(step.now, deadline, step.timezone);
    return { type: "wait", for: { kind: "answer", from: "human_task", deadlineAt, timeoutPort: "timeout", details } };
  },
};
