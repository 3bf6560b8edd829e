import type { ActionKind } from "../action.js";
import { configOf } from "../schema-parts.js";
import { inWords, listed } from "../words.js";
import { advicePart, answerOutput, askAbout, asksModel, subjectPart } from "./ai-question.js";

/** Sorts a text into one of some categories. */
export const aiClassify: ActionKind = {
  ...asksModel,
  kind: "ai.classify",
  title: "Classify with AI",
  description: "Lets a language model sort a text into exactly one of your categories.",
  config: configOf(
    {
      text: subjectPart,
      categories: {
        title: "Categories",
        description: "The names to choose from, such as `complaint`.",
        type: "array",
        items: { type: "string", minLength: 1 },
        minItems: 2,
        maxItems: 100,
      },
      instructions: advicePart,
    },
    ["text", "categories"],
  ),
  output: answerOutput({
    category: { title: "Category", type: "string" },
    reason: { title: "Why", type: "string" },
  }),
  sentence: ({ text, categories }) =>
    `let AI sort ${inWords(text)} into ${Array.isArray(categories) ? listed(categories.map(inWords)) : "categories"}`,
  perform: ({ text, categories, instructions }, step) =>
    askAbout(
      {
        task: "Sort what you are given into exactly one of the categories, and say why in one sentence.",
        advice: instructions,
        subject: text,
        schema: {
          type: "object",
          properties: { category: { enum: [...new Set([categories].flat())] }, reason: { type: "string" } },
          required: ["category", "reason"],
        },
      },
      step,
    ),
};
