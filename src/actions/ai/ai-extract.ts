import { isObject } from "../../shared/json.js";
import type { ActionKind } from "../action.js";
import { configOf } from "../schema-parts.js";
import { inWords, listed } from "../words.js";
import { advicePart, answerOutput, askAbout, asksModel, subjectPart } from "./ai-question.js";

/** Reads values out of a text. */
export const aiExtract: ActionKind = {
  ...asksModel,
  kind: "ai.extract",
  title: "Extract with AI",
  description: "Lets a language model read values out of a text. What the text does not say is null.",
  config: configOf(
    {
      text: subjectPart,
      fields: {
        title: "Values",
        description: "What to look for: a name for each value, and what it is.",
        type: "object",
        minProperties: 1,
        maxProperties: 100,
        additionalProperties: { type: "string" },
        "x-hint": "values",
      },
      instructions: advicePart,
    },
    ["text", "fields"],
  ),
  output: answerOutput({ data: { title: "Values found", type: "object" } }),
  sentence: ({ text, fields }) =>
    `let AI read ${isObject(fields) ? listed(Object.keys(fields)) : "values"} out of ${inWords(text)}`,
  perform: ({ text, fields, instructions }, step) => {
    const named = Object.entries(isObject(fields) ? fields : {});
    const value = (about: unknown) => ({ type: ["string", "number", "boolean", "null"], description: String(about) });
    const data = {
      type: "object",
      properties: Object.fromEntries(named.map(([name, about]) => [name, value(about)])),
      required: named.map(([name]) => name),
    };
    const task = "Read the values out of what you are given. Give null for what it does not say, and guess nothing.";
    const schema = { type: "object", properties: { data }, required: ["data"] };
    return askAbout({ task, advice: instructions, subject: text, schema }, step);
  },
};
