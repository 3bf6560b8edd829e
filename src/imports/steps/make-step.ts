import { checkConfig } from "../../actions/index.js";
import type { JsonObject } from "../../shared/json.js";
import type { Given, Made } from "../made.js";
import { deedNamed, recordDeedNamed } from "../names/action-name.js";
import { open, type Shape } from "../shapes.js";
import { isNothing } from "../source.js";
import { Unmappable } from "../unmappable.js";
import type { Work } from "../work.js";
import { aiShape, aiStep } from "./ai-steps.js";
import { approvalStep, humanStep } from "./asking-steps.js";
import { automationStep } from "./automation-steps.js";
import { documentLinkStep, draftStep, replyStep } from "./conversation-steps.js";
import { conditionStep, endStep, joinStep, loopStep, switchStep } from "./flow-steps.js";
import { emailStep, httpStep, slackStep, smsStep } from "./message-steps.js";
import { answerShape, modelStep } from "./model-steps.js";
import { linkStep, listStep, noteStep, notifyStep, ownerStep, taskStep } from "./people-steps.js";
import { objectOf, recordStep, shapeOf } from "./record-steps.js";
import { variablesStep } from "./variables.js";
import { waitStep } from "./wait-step.js";

/** Carries an action's settings over, by what it does besides records. */
const makers: Record<string, (work: Work, given: Given) => Made> = {
  email: (work, { settings, action }) => emailStep(work, settings, /track/i.test(action)),
  "email.draft": (work, { settings }) => ({ ...emailStep(work, settings, false), kind: "email.draft" }),
  slack: (work, { settings }) => slackStep(work, settings),
  sms: (work, { settings }) => smsStep(work, settings),
  http: (work, { settings, action }) => httpStep(work, settings, action),
  variables: (work, { settings }) => variablesStep(work, settings),
  task: (work, { settings }) => taskStep(work, settings),
  note: (work, { settings }) => noteStep(work, settings),
  notify: (work, { settings }) => notifyStep(work, settings),
  "list.add": (work, { settings }) => listStep(work, settings, "list.add"),
  "list.remove": (work, { settings }) => listStep(work, settings, "list.remove"),
  link: (work, { settings }) => linkStep(work, settings, "record.link"),
  unlink: (work, { settings }) => linkStep(work, settings, "record.unlink"),
  owner: (work, { settings }) => ownerStep(work, settings),
  wait: (work, { settings }) => waitStep(work, settings),
  end: endStep,
  llm: (work, { settings }) => modelStep(work, settings),
  approval: (work, { settings, action }) => approvalStep(work, settings, action),
  human: (work, { settings }) => humanStep(work, settings),
  "document.link": (work, { settings }) => documentLinkStep(work, settings),
  ...Object.fromEntries(
    ["run_automation", "run_automation.start", "automation.enroll", "automation.pause", "automation.resume"].map(
      (kind) => [kind, (work: Work, { settings }: Given) => automationStep(work, settings, kind)],
    ),
  ),
  ...Object.fromEntries(
    ["ai.classify", "ai.extract", "ai.summarize", "ai.score"].map((kind) => [
      kind,
      (work: Work, { settings }: Given) => aiStep(work, settings, kind),
    ]),
  ),
  "conversation.draft": (work, { settings }) => draftStep(work, settings),
  "conversation.reply": (work, { settings }) => replyStep(work, settings),
};

/** A step in our words. Throws Unmappable when it has no equal here, or when a part that matters has none. */
export function makeStep(work: Work, given: Given): Made {
  const made = make(work, given);
  if (!work.known.actions.has(made.kind))
    throw new Unmappable(`There are no steps of the kind "${made.kind}" here yet.`);
  const [wrong] = checkConfig(work.known.actions, made.kind, made.config);
  if (wrong) throw new Unmappable(`${wrong.path ? `${wrong.path}: ` : ""}${wrong.message}`);
  return made;
}

function make(work: Work, given: Given): Made {
  switch (given.role) {
    case "action":
      return actionStep(work, given);
    case "llm":
      return modelStep(work, given.config);
    case "condition":
      return conditionStep(work, given);
    case "switch":
      return switchStep(work, given);
    case "loop":
      return loopStep(work, given);
    case "wait":
      return waitStep(work, given.settings);
    case "join":
      return joinStep(work, given);
    case "parallel":
      return { kind: "join", config: { mode: "any" } };
    case "end":
      return endStep(work, given);
    case "agent":
      throw new Unmappable("Agents are not here yet; an AI step may do what it did.");
    case "missing":
      throw new Unmappable(`Another step leads to "${given.slug}", and the definition has no such step.`);
    case "unknown":
      throw new Unmappable(`There is nothing here like a step of the type "${given.action}".`);
  }
}

function actionStep(work: Work, given: Given): Made {
  const { action, settings } = given;
  if (action === "") throw new Unmappable("Nothing says what the step does.");
  const deed = deedNamed(action);
  const maker = deed === undefined ? undefined : makers[deed];
  if (maker) return maker(work, given);
  const onRecords = recordDeedNamed(work.scope.objects, action);
  if (!onRecords) throw new Unmappable(`There is nothing here that does "${action}".`);
  if (onRecords.verb === "create" && onRecords.object?.name === "task") return taskStep(work, settings);
  return recordStep(work, onRecords, settings);
}

/** What a step gives on, for the names in those after it; told without making it, since loops lead back. */
export function outputShape(work: Work, { role, action, settings, config }: Given): Shape {
  if (role === "llm") return answerShape(config);
  if (role !== "action") return open;
  const deed = deedNamed(action);
  const beside = ["status", "headers", "truncated"];
  if (deed === "llm") return answerShape(settings);
  if (deed?.startsWith("ai.")) return aiShape(deed);
  if (deed === "http") return { is: "answer", content: "body", around: ["data", "body", "response", "json"], beside };
  const onRecords =
    deed === undefined || deed === "task" || deed === "note" ? recordDeedNamed(work.scope.objects, action) : undefined;
  if (!onRecords) return open;
  try {
    const object = objectOf(work, onRecords, settings);
    return shapeOf(onRecords.verb, onRecords.verb === "related" ? (onRecords.related ?? object) : object);
  } catch (error) {
    if (error instanceof Unmappable) return open;
    throw error;
  }
}

/** A step that keeps what it was and fails when it is reached. */
export function unmappedStep(original: unknown, reason: string, ports: readonly string[]): Made {
  const own = ports.length > 0 && !ports.every((port) => port === "success" || port === "error");
  const config: JsonObject = {
    reason,
    ...(original === undefined ? {} : { original }),
    ...(own ? { ports: [...ports] } : {}),
  };
  return { kind: "unmapped", config };
}

/** Parts of a step that nobody read: they are named, and noted beside the step. */
export function leftovers({ source, config, settings }: Given): [path: string, name: string, value: unknown][] {
  const all = new Set([source, config, settings]);
  return [...all].flatMap((one) =>
    one
      .rest()
      .filter(([name, value]) => matters(name, value))
      .map(([name, value]): [string, string, unknown] => [one.at(name), name, value]),
  );
}

/** Numbers and dates of the other system, and what is empty, mean nothing here. */
const idle = new Set([
  "order",
  "position",
  "id",
  "_id",
  "version",
  "createdat",
  "updatedat",
  "created_at",
  "updated_at",
  "ui",
  "width",
  "height",
  "selected",
  "dragging",
  "measured",
  "positionabsolute",
]);

function matters(name: string, value: unknown): boolean {
  return !isNothing(value) && !idle.has(name.toLowerCase());
}
