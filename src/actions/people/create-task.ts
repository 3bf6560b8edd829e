import { createRecord } from "../../crm/index.js";
import { iso } from "../../shared/clock.js";
import { addDuration } from "../../shared/duration.js";
import { type ActionKind, done, type Outcome, type StepContext } from "../action.js";
import { type Subject, subjectOf, withRecord } from "../record-target.js";
import { configOf, outputOf, recordOutput, recordPart } from "../schema-parts.js";
import { durationInWords, inWords, quoted } from "../words.js";
import { momentFaults } from "../written-moment.js";
import { findUser, ownerOf, unknownUser } from "./people.js";

/** Makes a task about a record, for a person or for the record's owner. */
export const createTask: ActionKind = {
  kind: "task.create",
  title: "Create task",
  group: "People",
  description: "Makes a task about the record, for a person or for the record's owner.",
  config: configOf(
    {
      title: { title: "Title", type: "string", minLength: 1, maxLength: 250, "x-hint": "template" },
      body: { title: "Details", type: "string", "x-hint": "markdown" },
      assignee: {
        title: "For",
        description: "A user's id or e-mail address, or owner.",
        type: "string",
        "x-hint": "user",
      },
      dueIn: {
        title: "Due in",
        description: "A duration such as 3d.",
        type: "string",
        format: "duration",
        "x-hint": "duration",
      },
      dueAt: { title: "Due at", description: "A date or instant.", type: "string", "x-hint": "template" },
      record: { ...recordPart, title: "About" },
    },
    ["title"],
  ),
  output: outputOf({
    ...recordOutput,
    assignee: { type: ["string", "null"], title: "Whom it is for", "x-hint": "user" },
  }),
  ports: ["success", "error"],
  effect: "database",
  writes: () => ["title", "body", "assignee", "dueAt", "relatedObject", "relatedId"].map((field) => `task.${field}`),
  check(config) {
    if (config["dueIn"] !== undefined && config["dueAt"] !== undefined)
      return [{ path: "dueAt", message: 'Choose one: it is already due by "dueIn".' }];
    return momentFaults("dueAt", config["dueAt"]);
  },
  sentence({ title, assignee, dueIn }) {
    const who = assignee === "owner" ? " for the owner" : assignee ? ` for ${inWords(assignee)}` : "";
    return `create a task ${quoted(title)}${who}${dueIn ? `, due in ${durationInWords(dueIn)}` : ""}`;
  },
  perform: async (config, step) =>
    config["record"] === undefined
      ? create(config, await subjectOf(step), step)
      : withRecord(config["record"], step, (record) => create(config, record, step)),
};

type Config = { title?: string; body?: string; assignee?: string; dueIn?: string; dueAt?: string };

async function create(config: Config, about: Subject | null, step: StepContext): Promise<Outcome> {
  const { host, workspaceId, cause, tx, writes, now, timezone } = step;
  const { assignee } = config;
  const toOwner = assignee === "owner";
  const user = toOwner ? about && (await ownerOf(step, about)) : assignee ? await findUser(step, assignee) : null;
  if (assignee && !toOwner && !user) return unknownUser(assignee);
  const dueAt = config.dueIn ? iso(addDuration(now, config.dueIn, timezone)) : config.dueAt || null;
  const values = {
    title: config.title,
    body: config.body ?? null,
    assignee: user?.id ?? null,
    dueAt,
    relatedObject: about?.object ?? null,
    relatedId: about?.id ?? null,
  };
  const task = await createRecord(host, workspaceId, "task", values, cause, tx, { writes });
  step.keep(task.object, task.id, task);
  return done({ id: task.id, object: task.object, values: task.values, assignee: user?.id ?? null });
}
