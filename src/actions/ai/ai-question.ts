import type { JsonObject } from "../../shared/json.js";
import type { ActionKind, Outcome, StepContext } from "../action.js";
import { outputOf } from "../schema-parts.js";
import { askModel } from "./ask-model.js";
import { askModelOutput } from "./ask-model-schema.js";

/** What a model is to look at. */
export const subjectPart: JsonObject = {
  title: "Text",
  description: "What the model is to look at. Records and lists are handed over as JSON.",
  type: ["string", "object", "array"],
  minLength: 1,
  "x-hint": "template",
};

/** What else it should know. */
export const advicePart: JsonObject = {
  title: "Instructions",
  description: "What else the model should know, such as what your words mean.",
  type: "string",
  "x-hint": "template",
};

/** What all kinds that ask a model one fixed question have in common. */
export const asksModel: Pick<ActionKind, "group" | "ports" | "effect" | "timeoutMs"> = {
  group: "Outside",
  ports: ["success", "error"],
  effect: "outside",
  timeoutMs: 300_000,
};

/** What such a kind tells later steps: `answer`, and what it cost. */
export function answerOutput(answer: JsonObject): JsonObject {
  const { model, usage } = askModelOutput["properties"] as JsonObject;
  return outputOf({ ...answer, model, usage });
}

/** A question for a model: its task, what it looks at, and the shape of its answer when that is not a text. */
export type AiQuestion = { task: string; advice: unknown; subject: unknown; schema?: JsonObject };

/**
 * Asks it, as `llm` does, but outside of the run's thread. The members of a JSON answer stand in the output under their
 * own names, beside what it cost.
 */
export async function askAbout(question: AiQuestion, step: StepContext): Promise<Outcome> {
  const { task, advice, subject, schema } = question;
  const config: JsonObject = {
    system: [task, typeof advice === "string" ? advice.trim() : ""].filter(Boolean).join("\n\n"),
    prompt: typeof subject === "string" ? subject : JSON.stringify(subject, null, 2),
    temperature: 0,
    ...(schema ? { format: "json", schema } : {}),
  };
  const outcome = await askModel.perform(config, { ...step, run: { ...step.run, threadId: null } });
  if (outcome.type !== "done") return outcome;
  const { data, text, model, usage, simulated } = outcome.output ?? {};
  const answer = schema ? (data as JsonObject) : { text };
  return { ...outcome, output: { ...answer, model, usage, ...(simulated ? { simulated } : {}) } };
}
