import type { ActionKind } from "../action.js";
import { configOf } from "../schema-parts.js";
import { inWords } from "../words.js";
import { advicePart, answerOutput, askAbout, asksModel, subjectPart } from "./ai-question.js";

const lengths: Record<string, string> = {
  sentence: "one sentence",
  paragraph: "one short paragraph",
  bullets: "three to seven bullet points, each on a line of its own that begins with a hyphen",
};

/** Tells a text in fewer words. */
export const aiSummarize: ActionKind = {
  ...asksModel,
  kind: "ai.summarize",
  title: "Summarize with AI",
  description: "Lets a language model tell a text in fewer words.",
  config: configOf(
    {
      text: subjectPart,
      length: { title: "Length", enum: Object.keys(lengths), default: "paragraph" },
      instructions: advicePart,
    },
    ["text"],
  ),
  output: answerOutput({ text: { title: "Summary", type: "string" } }),
  sentence: ({ text }) => `let AI summarize ${inWords(text)}`,
  perform: ({ text, length, instructions }, step) => {
    const task = `Summarize what you are given in ${lengths[String(length ?? "paragraph")]}, in its own language. Add nothing.`;
    return askAbout({ task, advice: instructions, subject: text }, step);
  },
};
