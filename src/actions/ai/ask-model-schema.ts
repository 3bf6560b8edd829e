import type { JsonObject } from "../../shared/json.js";
import { configOf, outputOf } from "../schema-parts.js";

/** How many tools a model may use when its step does not say. */
export const DEFAULT_TOOL_CALLS = 5;

/** The config of `llm`. */
export const askModelConfig: JsonObject = configOf({
  system: {
    title: "Role",
    description: "Who the model is and how it should behave (the system prompt).",
    type: "string",
    maxLength: 250_000,
    "x-hint": "template",
  },
  prompt: {
    title: "Prompt",
    description: "What it is asked, with the values it needs.",
    type: "string",
    maxLength: 250_000,
    "x-hint": "template",
  },
  format: {
    title: "Answer",
    description: "A text, or JSON that later steps can take apart.",
    enum: ["text", "json"],
    default: "text",
  },
  schema: {
    title: "Shape of the JSON",
    description: "A JSON Schema. An answer of another shape is sent back once; then the step fails.",
    type: "object",
  },
  temperature: {
    title: "Temperature",
    description: "0 stays close to the most likely words, 2 goes furthest from them. The model's own when empty.",
    type: "number",
    minimum: 0,
    maximum: 2,
  },
  maxTokens: {
    title: "Longest answer",
    description: "In tokens, about three quarters of a word each. The model's own limit when empty.",
    type: "integer",
    minimum: 1,
  },
  tools: {
    title: "Tools",
    description:
      "What the model may look up: contact_get, contact_search, contact_list, and so on for every object. It changes nothing.",
    type: "array",
    items: { type: "string", minLength: 1 },
    maxItems: 40,
  },
  maxToolCalls: {
    title: "Most tool calls",
    description: "How many times it may look something up before it must answer.",
    type: "integer",
    minimum: 0,
    maximum: 50,
    default: DEFAULT_TOOL_CALLS,
  },
});

/** What a model's answer tells later steps. */
export const askModelOutput: JsonObject = outputOf({
  text: { title: "Answer", description: "When the answer is a text.", type: "string" },
  data: { title: "Answer as data", description: "When the answer is JSON." },
  truncated: { title: "Cut at the longest answer", type: "boolean" },
  model: { title: "Model that answered", type: "string" },
  usage: {
    title: "Tokens used",
    type: "object",
    properties: {
      inputTokens: { title: "Read", type: "integer" },
      outputTokens: { title: "Written", type: "integer" },
    },
  },
  toolCalls: {
    title: "What it looked up",
    type: "array",
    items: {
      type: "object",
      properties: {
        name: { title: "Tool", type: "string" },
        arguments: { title: "Asked for" },
        records: { title: "Ids found", type: "array", items: { type: "string" } },
        error: { title: "Why it found nothing", type: "string" },
      },
    },
  },
});
