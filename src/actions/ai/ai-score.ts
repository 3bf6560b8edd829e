import type { FieldError } from "../../shared/errors.js";
import type { JsonObject } from "../../shared/json.js";
import type { ActionKind } from "../action.js";
import { configOf } from "../schema-parts.js";
import { inWords } from "../words.js";
import { answerOutput, askAbout, asksModel, subjectPart } from "./ai-question.js";

const [LEAST, MOST] = [0, 100];

/** Gives a text or a record a number. */
export const aiScore: ActionKind = {
  ...asksModel,
  kind: "ai.score",
  title: "Score with AI",
  description: "Lets a language model give a text or a record a number, by your criteria.",
  config: configOf(
    {
      text: subjectPart,
      criteria: {
        title: "Criteria",
        description: "What makes the number high, and what makes it low.",
        type: "string",
        minLength: 1,
        "x-hint": "template",
      },
      min: { title: "Least", type: "number", default: LEAST },
      max: { title: "Most", type: "number", default: MOST },
    },
    ["text", "criteria"],
  ),
  output: answerOutput({ score: { title: "Score", type: "number" }, reason: { title: "Why", type: "string" } }),
  check: (config) => rangeFaults(config),
  sentence: ({ text, criteria }) => `let AI score ${inWords(text)} by ${inWords(criteria)}`,
  perform: ({ text, criteria, min = LEAST, max = MOST }, step) => {
    const score = { type: "number", minimum: min, maximum: max };
    const properties = { score, reason: { type: "string" } };
    const schema = { type: "object", properties, required: ["score", "reason"] };
    const task = `Give what you are given a number from ${min} to ${max}, and say why in one sentence. The criteria:`;
    return askAbout({ task, advice: criteria, subject: text, schema }, step);
  },
};

function rangeFaults({ min = LEAST, max = MOST }: JsonObject): FieldError[] {
  const fine = typeof min !== "number" || typeof max !== "number" || min < max;
  return fine ? [] : [{ path: "max", message: `The most (${max}) must be above the least (${min}).` }];
}
